import type { Columns } from './columns.ts';
import { NONE } from './columns.ts';
import type { Guarantee, Violation } from './history.ts';
import {
  breach,
  isCommit,
  type KeyEffect,
  type KeyHistory,
  keyHistories,
  newestCompleteBefore,
} from './key-history.ts';
import { state, told } from './phrases.ts';
import { columnsOf } from './recorder.ts';

/**
 * No lost update: If-Match n changes version n and nothing else (RFC 9110, section 13.1.1). Broken, for a key, by
 *
 * 1. an effect with If-Match n that was acknowledged with another version than n + 1;
 * 2. two effects that were acknowledged with the same If-Match: both changed one version, and one change is gone;
 * 3. an effect that was acknowledged with If-Match n, although a version greater than n had been acknowledged, or shown
 *    to anyone, before it was invoked.
 */
export const noLostUpdate: Guarantee = {
  id: 'no-lost-update',
  title: 'No lost update',
  meaning: 'A write with If-Match changes the version that it names, or nothing.',
  check(history) {
    const columns = columnsOf(history);
    for (const ofKey of keyHistories(columns)) {
      const found = lostUpdate(columns, ofKey);
      if (found) return found;
    }
    return undefined;
  },
};

function lostUpdate(columns: Columns, { key, effects, sightings }: KeyHistory): Violation | undefined {
  const newestBefore = newestCompleteBefore([...effects.filter(isCommit), ...sightings]);
  const ofExpected = new Map<number, KeyEffect>();
  const says = ({ operation }: { readonly operation: number }): string => told(columns.operation(operation));
  for (const effect of effects) {
    const { outcome, expected, version } = effect;
    if (outcome !== 'ok' || expected === NONE) continue;
    if (version !== NONE && version !== expected + 1) {
      const demand = `${key} with If-Match ${expected} can only become ${state(key, expected + 1)}`;
      return breach(columns, [effect], demand, says(effect));
    }
    const other = ofExpected.get(expected);
    ofExpected.set(expected, effect);
    if (other) {
      const demand = `${says(other)}, nobody else can change ${state(key, expected)}`;
      return breach(columns, [other, effect], demand, says(effect));
    }
    const newest = newestBefore(effect.invoked);
    if (newest && newest.version > expected) {
      const demand = `${says(newest)}, If-Match ${expected} must be refused afterwards`;
      return breach(columns, [newest, effect], demand, says(effect));
    }
  }
  return undefined;
}

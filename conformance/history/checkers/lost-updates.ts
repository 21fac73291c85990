import type { Columns } from '../columns/index.ts';
import { columnsOf, NONE } from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation } from '../history.ts';
import { state, told } from '../phrases.ts';
import {
  breach,
  firstWhere,
  isCommit,
  isUndecided,
  type KeyEffect,
  type KeyHistory,
  keyHistories,
  newestCompleteBefore,
  shownVersions,
} from '../trace/index.ts';
import { decidedByKey } from './hidden-writes.ts';

/**
 * No lost update: If-Match n changes version n and nothing else (RFC 9110, section 13.1.1), and a create makes a document
 * where there is none. Broken, for a key, by
 *
 * 1. an effect with If-Match n that made another version than n + 1;
 * 2. two effects with the same If-Match that both happened: both changed one version, and one change is gone;
 * 3. an effect with If-Match n that happened although a version greater than n had been acknowledged, or shown to anyone,
 *    before it was invoked;
 * 4. a create that was acknowledged, where the newest version before its own was a document's and not a deletion's.
 *
 * What happened is what was acknowledged, and what was shown.
 */
export const noLostUpdate: Guarantee = {
  id: 'no-lost-update',
  title: 'No lost update',
  meaning:
    'A write with If-Match changes the version that it names, and a create what is not there, or nothing.',
  check: decidedByKey((history) => {
    const columns = columnsOf(history);
    for (const ofKey of keyHistories(columns)) {
      const found = lostUpdate(columns, ofKey) ?? overwritten(columns, ofKey);
      if (found) return found;
    }
    return undefined;
  }),
};

function lostUpdate(columns: Columns, ofKey: KeyHistory): GuaranteeViolation | undefined {
  const { key, effects, observations } = ofKey;
  const shown = shownVersions(ofKey);
  const newestBefore = newestCompleteBefore([...effects.filter(isCommit), ...observations]);
  const ofExpected = new Map<number, KeyEffect>();
  const says = ({ operation }: { readonly operation: number }): string => told(columns.operation(operation));
  for (const effect of effects) {
    const { outcome, expected, kind } = effect;
    if (outcome === 'failed' || expected === NONE) continue;
    const observation = kind === 'delete' ? undefined : shown.get(effect.value);
    const version = effect.version === NONE ? observation?.version : effect.version;
    if (outcome === 'unknown' && version === undefined) continue;
    if (version !== undefined && version !== expected + 1) {
      const demand = `${key} with If-Match ${expected} can only become ${state(key, expected + 1)}`;
      const isTold = effect.version !== NONE || observation === undefined;
      return isTold
        ? breach(columns, [effect], demand, says(effect))
        : breach(columns, [effect, observation], demand, `${says(effect)}, and ${says(observation)}`);
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

/** A create that was acknowledged where there was a document. */
function overwritten(
  columns: Columns,
  { key, effects, observations }: KeyHistory,
): GuaranteeViolation | undefined {
  const creates = effects.filter((each) => isCommit(each) && each.kind === 'create');
  const mayBeDeleted = effects.some((each) => isUndecided(each) && each.kind === 'delete');
  if (creates.length === 0 || mayBeDeleted) return undefined;
  const made = effects.filter(({ outcome, version }) => outcome !== 'failed' && version !== NONE);
  const states = [
    ...made.map((each) => ({ ...each, isLive: each.kind !== 'delete' })),
    ...observations.map((each) => ({ ...each, isLive: true })),
  ].sort((a, b) => a.version - b.version || Number(a.isLive) - Number(b.isLive));
  for (const create of creates) {
    const before =
      states[firstWhere(states.length, (nth) => (states[nth]?.version ?? 0) >= create.version) - 1];
    if (!before?.isLive) continue;
    const known = told(columns.operation(before.operation));
    return breach(
      columns,
      [before, create],
      `${known}, and nobody deleted it before ${state(key, create.version)} was made, ${key} cannot be created`,
      told(columns.operation(create.operation)),
    );
  }
  return undefined;
}

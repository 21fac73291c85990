import fc from 'fast-check';
import type { RecordedHistory } from '../history.ts';
import { GUARANTEES } from '../index.ts';
import { HOLDS } from './oracle.testing.ts';
import { histories } from './random-history.testing.ts';

/** How often each guarantee was broken, by its id, and how often any was. */
interface Share {
  readonly histories: number;
  readonly broken: ReadonlyMap<string, number>;
  readonly anyBroken: number;
}

/**
 * Compares every checker with its definition on random histories.
 *
 * @throws Error with the smallest history that was found on which a checker and a definition do not agree
 */
export function compare(seed: number, count: number): Share {
  const broken = new Map(GUARANTEES.map(({ id }) => [id, 0]));
  let anyBroken = 0;
  const agree = fc.property(histories, (history) => {
    const ids = GUARANTEES.map(({ id }) => id).filter((id) => !isHeld(id, history));
    for (const id of ids) broken.set(id, (broken.get(id) ?? 0) + 1);
    if (ids.length > 0) anyBroken += 1;
  });
  fc.assert(agree, { seed, numRuns: count });
  return { histories: count, broken, anyBroken };
}

/** @throws Error when the checker and the definition do not agree */
function isHeld(id: string, history: RecordedHistory): boolean {
  const violation = GUARANTEES.find((guarantee) => guarantee.id === id)?.check(history);
  const holds = HOLDS[id]?.(history);
  if (holds === (violation === undefined)) return holds;
  const found = violation ? `${violation.because} ${violation.however}` : 'nothing';
  throw new Error(`${id}: by definition it ${holds ? 'holds' : 'is broken'}, the checker found ${found}`);
}

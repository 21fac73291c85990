import type { Guarantee } from '../history.ts';
import { atomicBatch } from './atomic-batch.ts';
import { monotonicReads, readYourWrites } from './freshness.ts';
import { linearizability } from './linearizability.ts';
import { noLostUpdate } from './lost-updates.ts';
import { failedWritesDoNotHappen, noLostWrite } from './lost-writes.ts';
import { causalOrder, monotonicWrites, writesFollowReads } from './precedence.ts';
import { noResurrection } from './resurrection.ts';
import { versionsRiseByOne } from './versions-rise.ts';

export { monotonicReads, readYourWrites } from './freshness.ts';
export { causalOrder, monotonicWrites, writesFollowReads } from './precedence.ts';

/**
 * From the weaker to the stronger: those of a session, those of writes, and the one that no session is needed for.
 *
 * In all of them an effect that was acknowledged without a version, and one with an unknown outcome, may have made any
 * version, at any time after it was invoked; the former certainly did.
 */
export const GUARANTEES: readonly Guarantee[] = [
  readYourWrites,
  monotonicReads,
  monotonicWrites,
  writesFollowReads,
  causalOrder,
  noLostWrite,
  noLostUpdate,
  noResurrection,
  atomicBatch,
  versionsRiseByOne,
  failedWritesDoNotHappen,
  linearizability,
];

import type { Check } from '../check.ts';
import { atomicBatch } from './atomic-batch.ts';
import { causalOrder } from './causal-order.ts';
import { failedWritesDoNotHappen } from './failed-writes-do-not-happen.ts';
import { monotonicReads } from './monotonic-reads.ts';
import { monotonicReadsByTrials } from './monotonic-reads-by-trials.ts';
import { monotonicWrites } from './monotonic-writes.ts';
import { noLostUpdate } from './no-lost-update.ts';
import { noLostWrite } from './no-lost-write.ts';
import { noResurrection } from './no-resurrection.ts';
import { readYourWrites } from './read-your-writes.ts';
import { readYourWritesByTrials } from './read-your-writes-by-trials.ts';
import { versionsRiseByOne } from './versions-rise-by-one.ts';
import { writesFollowReads } from './writes-follow-reads.ts';

/** From what one session expects to what all of them together do. */
export const CONSISTENCY_CHECKS: readonly Check[] = [
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
  readYourWritesByTrials,
  monotonicReadsByTrials,
];

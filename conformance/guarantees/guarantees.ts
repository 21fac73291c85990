import { monotonicReads, readYourWrites } from './freshness.ts';
import type { Checker } from './history.ts';
import { linearizability } from './linearizability.ts';
import { monotonicWrites, writesFollowReads } from './precedence.ts';

/** A promise about histories, and the checker that can break it. */
export interface Guarantee {
  readonly name: string;
  readonly meaning: string;
  readonly check: Checker;
}

/** From the weaker to the stronger: the four of a session, and the one that no session is needed for. */
export const GUARANTEES: readonly Guarantee[] = [
  {
    name: 'read your writes',
    meaning: 'A read shows what the same client wrote before, or something newer.',
    check: readYourWrites,
  },
  {
    name: 'monotonic reads',
    meaning: 'A read shows what the same client saw before, or something newer.',
    check: monotonicReads,
  },
  {
    name: 'monotonic writes',
    meaning: 'Whatever shows a write also shows what the same client wrote before it.',
    check: monotonicWrites,
  },
  {
    name: 'writes follow reads',
    meaning: 'Whatever shows a write also shows what its client had seen before it.',
    check: writesFollowReads,
  },
  {
    name: 'linearizability',
    meaning: 'Everyone sees each write as soon as it was acknowledged, as if there were one copy.',
    check: linearizability,
  },
];

import type { AccountPlan, Answer, Operation } from '../../../reference-worker/target/index.ts';
import type { LoadedAccount, LoadedSystem } from '../../journey/index.ts';

/** One of a neighbour's workers: it has at most one request under way. */
export interface NeighbourWorker {
  readonly system: LoadedSystem;
  readonly plan: AccountPlan;
  readonly account: LoadedAccount;
  /** Unique among the account's workers, from 0. */
  readonly number: number;
  /** A random number from 0 up to 1; the same seed, the same series. */
  readonly uniform: () => number;
}

/** What the journey of a system must have: something to create, to open or to list. */
export type NeighbourNeed = 'creates' | 'visits' | 'lists';

/** What a neighbour does on the shared shard while the account under test works. */
export interface NeighbourProfile {
  readonly name: string;
  readonly needs: NeighbourNeed;
  /** What it stands for, in a sentence. */
  readonly why: string;
  /** What a decision beside it answers for, in a sentence: it is the first of the decision. */
  readonly answersFor: (accounts: number) => string;
  /** Of the shared shard: all that are there anyway, one of them, or others, which are added. */
  readonly accounts: 'all' | 'one' | readonly string[];
  /** The most requests of each account that are under way at once. */
  readonly workersPerAccount: number;
  /** The mean pause between an answer and the next request, in milliseconds; pauses are exponential. */
  readonly pauseMs: number;
  /** Of all its accounts together: it never asks for more, however fast the answers are. */
  readonly requestsPerSecondMax: number;
  /** Its requests without end; each yield gives back the answer, undefined when it failed. */
  readonly work: (worker: NeighbourWorker) => Generator<Operation, never, Answer | undefined>;
}

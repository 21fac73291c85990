import type { Scenario } from '../scenarios/index.ts';
import type { Aggregate } from './aggregate.ts';
import type { Surroundings } from './watch.ts';

/** The end of a process before its time. */
export interface Death {
  readonly role: 'generator' | 'worker' | 'data-plane';
  readonly name: string;
  /** How it ended, and the end of its log. */
  readonly detail: string;
}

/** Whose users work beside those that the run is about. */
export interface OtherTenant {
  readonly account: string;
  /** What people call it. */
  readonly name: string;
  /** Whether it is held to the objectives, too. */
  readonly isJudged: boolean;
}

/** What k6 saw of them. */
export type OtherLoad = OtherTenant & Pick<Observations, 'scenario' | 'aggregate'>;

/** What k6 saw, and what went on around it. */
export interface Observations {
  readonly scenario: Scenario;
  readonly aggregate: Aggregate;
  /** Of the tenants that were at work beside the one that the run is about; absent where there were none. */
  readonly others?: readonly OtherLoad[];
  readonly surroundings: Surroundings;
  /** The process that ended before its time, and with it the run. */
  readonly death: Death | undefined;
}

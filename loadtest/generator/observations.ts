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

/** What k6 saw, and what went on around it. */
export interface Observations {
  readonly scenario: Scenario;
  readonly aggregate: Aggregate;
  readonly surroundings: Surroundings;
  /** The process that ended before its time, and with it the run. */
  readonly death: Death | undefined;
}

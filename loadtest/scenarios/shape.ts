import { STANDARD } from '../../fixtures/index.ts';
import type { Phase } from '../../reports/schema/index.ts';

/** What a scenario says: how many users come when. What they do, and what that is held to, the system says. */
export interface ScenarioShape {
  readonly name: string;
  /** What the scenario answers, in a sentence: the report shows it. */
  readonly why: string;
  /** closed: a user waits for its answer and then thinks. open: requests start on schedule, whatever came back. */
  readonly model: 'closed' | 'open';
  /** closed: the users at share 1. open: the users that take turns at the requests, and the ceiling on them. */
  readonly virtualUsers: number;
  /** A ladder, whose own users are impatient: how many people with the pace of the journey it must sustain. */
  readonly peopleAtWork?: number;
  readonly phases: readonly Phase[];
  readonly seed: number;
  readonly sizeBytes: number;
  /** In a hurry; the journey's own unless told otherwise. */
  readonly thinkTimeMedianMs?: number;
  /** Below this many samples an operation's p95 is not judged. */
  readonly minimumSamples: number;
  /** Whether what it measures is a capacity: whether months and bills follow from it. */
  readonly showsCapacity?: boolean;
}

export const atFullSize = {
  virtualUsers: STANDARD.users,
  sizeBytes: STANDARD.sizeBytes,
  seed: STANDARD.seed,
  // A p95 stands on its five slowest samples in a hundred; fewer say little.
  minimumSamples: 100,
} as const;

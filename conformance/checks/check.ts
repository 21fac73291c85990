import {
  type Need,
  PROMISE_NAMES,
  type PromiseName,
  type Target,
} from '../../reference-worker/target/index.ts';
import type { CheckEvidence } from './evidence.ts';

/** One thing that a target is checked for. */
export interface Check {
  /** `<area>/<name>`, stable: reports, defects and commands cite it. */
  readonly id: string;
  /** What a pass proves, as a sentence. */
  readonly title: string;
  /** Ids of requirements, as in `A7`. */
  readonly requirements: readonly string[];
  /** How bad a failure is: `critical` leaks or loses data, `high` shows wrong data, `medium` breaks the contract. */
  readonly severity: 'critical' | 'high' | 'medium';
  /** Where it runs on the local platform: without lag in real time, or with lag on a clock that is stepped. */
  readonly environment: 'real-time' | 'simulated-time';
  /** What it needs beyond one account that it can write to. Where one cannot be met the check is skipped, and said to be. */
  readonly needs: readonly Need[];
  /** The promises that it judges, wholly or in part: unless told otherwise, those without which it is skipped. */
  readonly promises?: readonly PromiseName[];
  /** How it works and what it does not show: a paragraph for the reference page. */
  readonly method: string;
  run(context: Context): Promise<void>;
}

export const AREAS = [
  'isolation',
  'consistency',
  'cache',
  'routing',
  'limits',
  'semantics',
  'robustness',
  'residency',
  'visitors',
  'freshness',
] as const;
export type Area = (typeof AREAS)[number];

export const areaOf = ({ id }: Pick<Check, 'id'>): Area => {
  const area = AREAS.find((each) => id.startsWith(`${each}/`));
  if (!area) throw new Error(`${id} is in none of the areas ${AREAS.join(', ')}`);
  return area;
};

/** The promises that a check says something of. */
export const promisesOf = ({ promises, needs }: Pick<Check, 'promises' | 'needs'>): readonly PromiseName[] =>
  promises ?? PROMISE_NAMES.filter((name) => needs.includes(name));

/** What a check works with. */
export interface Context {
  readonly target: Target;
  readonly evidence: CheckEvidence;
  /** Of everything that is drawn. */
  readonly seed: number;
  /** Of generated cases; `fast` is for many runs in a row, as in the self-test. */
  readonly effort: 'fast' | 'full';
  /** Where fast-check is to continue, from a witness's replay. */
  readonly path?: string | undefined;
  /** Once per run and target: what several checks look at, each for another guarantee. */
  once<Value>(name: string, make: () => Promise<Value>): Promise<Value>;
  /** An id, or a value of a field, that nothing else in this run uses; the same at every run with the seed. */
  unique(name: string): string;
}

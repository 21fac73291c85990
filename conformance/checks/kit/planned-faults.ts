import type { BehaviourInput } from '../../../reference-worker/target/index.ts';
import {
  FAR_REPLICA,
  platformOf,
  shardOfSubject,
  type Target,
} from '../../../reference-worker/target/index.ts';

export type ScheduledFault = NonNullable<BehaviourInput['faults']>[number];

/** What came of work under faults. */
export interface Endured<Result> {
  readonly result: Result;
  /** how often the faults fired, all together; 0 proves nothing about the Worker. */
  readonly firings: number;
}

/**
 * Does work while faults are planned, and plans afterwards what the environment began with.
 *
 * @throws what the work throws, after the faults are gone
 */
export async function underFaults<Result>(
  target: Target,
  faults: readonly ScheduledFault[],
  work: () => Promise<Result>,
): Promise<Endured<Result>> {
  const { control } = platformOf(target).platform;
  const always = target.environment === 'simulated-time' ? [FAR_REPLICA] : [];
  await control.setFaults([...always, ...faults]);
  try {
    const result = await work();
    const reports = await control.faultReports();
    const planned = new Set(faults.map(({ id }) => id));
    const firings = reports.filter(({ id }) => planned.has(id)).reduce((sum, { count }) => sum + count, 0);
    return { result, firings };
  } finally {
    await control.setFaults(always);
  }
}

/** Does work while the Worker's clock is off, ahead or (when negative) behind. */
export const atSkew = async <Result>(
  target: Target,
  skewMs: number,
  work: () => Promise<Result>,
): Promise<Result> => (await underFaults(target, [{ id: 'clock', kind: 'clock-skew', skewMs }], work)).result;

/** Longer than a client takes to send some requests. */
const SLOW_MS = 30;

/**
 * Does work while the subject's shard takes longer for each request, where that can be planned: what is asked at once is then under
 * way together.
 */
export async function whileShardIsSlow<Result>(target: Target, work: () => Promise<Result>): Promise<Result> {
  if (target.lacks('faults') !== undefined) return work();
  const slow = { id: 'slow', kind: 'slow-shard', database: shardOfSubject(target), addMs: SLOW_MS } as const;
  return (await underFaults(target, [slow], work)).result;
}

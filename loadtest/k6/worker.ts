import { closedClock } from './clock.ts';
import { describe, type WorkerUnderLoad } from './described.ts';
import { isLocal, SAFETY_COUNTERS, TALLY, VERIFIED } from './plan.ts';
import type { CallAnswer, CallOf } from './session.ts';
import type { Expected } from './shapes.ts';
import { connect } from './target.ts';

/**
 * The verifying client for a k6 script of one's own: every answer is searched for canaries of other accounts, compared with what
 * the same user has seen and written before, and counted in the metric `tally`.
 */

export { canaryOf } from '../../fixtures/generator/canary.ts';
export type { WorkerUnderLoad } from './described.ts';
export { pathsOf } from './paths.ts';

/**
 * Opens the session of one virtual user, a function that sends one request and judges its answer. It remembers the bookmark and the newest versions; make it once for each user.
 *
 * @throws Error where `url` is none
 */
export function openSession(worker: WorkerUnderLoad): (call: CallOf<'account'>) => CallAnswer {
  const { url, account, pop = 'here' } = worker;
  if (!/^https?:\/\/./.test(url)) throw new Error(`bad_url: ${url} must begin with http:// or https://.`);
  describe(worker);
  const phases = { names: ['all'], endsMs: [Number.MAX_SAFE_INTEGER] };
  const send = connect(url, '', pop, closedClock(phases, !isLocal(url)), false);
  return (call) => send({ ...call, expect: { ...call.expect, account } as Expected });
}

/**
 * Thresholds that make a leak, a stale read or a corrupt body fail the run, and a run in which nothing was verified as well.
 *
 * @param atLeast how many documents must have been verified
 */
export const safetyThresholds = (atLeast = 1): Record<string, string[]> => ({
  ...Object.fromEntries(SAFETY_COUNTERS.map((name) => [`${TALLY}{of:${name}}`, ['count==0']])),
  [`${TALLY}{of:${VERIFIED}}`]: [`count>=${atLeast}`],
});

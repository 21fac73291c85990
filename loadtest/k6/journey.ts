import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { type Clock, closedClock, elapsedMs, type OpenClock, openClock } from './clock.ts';
import { phaseAt } from './phases.ts';
import { isLocal, type PlanFile } from './plan.ts';
import { recordLateness, recordRunner } from './recorded.ts';
import type { Desk } from './steps.ts';
import { connect } from './target.ts';
import { mintToken } from './token.ts';
import { virtualUser } from './user.ts';
import { makeNextRequest, startWork } from './working-day.ts';

/**
 * A member of staff at work on one client after the other (working-day.ts), under an unmodified k6 2.x.
 *
 * Environment, and nothing else:
 * - PLAN_FILE: the path of a JSON file that holds a PlanFile (plan.ts).
 * - JWT_SECRET: what the target checks tokens with.
 */

const END_MARGIN_MS = 250;
const planFile = required('PLAN_FILE');
const jwtSecret = required('JWT_SECRET');
// When __VU is 0, k6 reads options or calls setup(); virtual users keep nothing of it.
const whole: PlanFile | null = __VU === 0 ? readPlan() : null;
const plan = readPlan().staff;

// In each virtual user k6 adds all options to whatever is exported here, unless that is null, and would keep them four
// thousand times.
export const options: Options | null = whole && optionsOf(whole);

// Module state belongs to one virtual user: k6 gives each of them a script engine of its own.
let desk: Desk | undefined;
const work = startWork();
let due: OpenClock | undefined;

/**
 * Closed model: a think time, then one request. Not more in one iteration: only between iterations does the engine
 * let go of what the last response left on its stack, and users think most of the time.
 */
export default function iteration(): void {
  desk ??= sitDown();
  if (think(desk)) makeNextRequest(desk, work);
}

/** Open model, plateau: a request is due, and this user is the one who makes it. */
export function arrival(): void {
  if (!plan.arrivals) throw new Error('plan_incomplete: the plan is of a closed model, and has no arrivals.');
  due ??= openClock(plan.phases);
  due.due(plan.arrivals);
  desk ??= sitDown(due);
  makeNextRequest(desk, work);
}

/** Open model, lead-in. */
export function leadIn(): void {
  due ??= openClock(plan.phases);
  due.dueNow();
  desk ??= sitDown(due);
  makeNextRequest(desk, work);
}

/** Once in each process of k6, whatever part of the load it has. */
export function setup(): void {
  if (whole) recordRunner(whole.id);
}

function sitDown(by?: Clock): Desk {
  const user = virtualUser(plan, exec.vu.idInTest);
  const baseUrl = plan.baseUrls[user.pop];
  if (!baseUrl) throw new Error(`pop_unknown: the plan has no base URL for ${user.pop}.`);
  return {
    plan,
    user,
    target: connect(
      baseUrl,
      mintToken(jwtSecret, plan.account, user.id),
      user.pop,
      by ?? closedClock(plan.phases, !isLocal(baseUrl)),
    ),
  };
}

/**
 * Who would wake after the end only waits for it: k6 lets everybody finish, so that every request that is under way gets its
 * answer or its timeout.
 *
 * @returns whether there is time for another request
 */
function think({ user }: Desk): boolean {
  const thinkMs = user.thinkMs();
  const startedAtMs = elapsedMs();
  const { endsMs } = plan.phases;
  const leftMs = (endsMs[endsMs.length - 1] ?? 0) - startedAtMs;
  if (thinkMs >= leftMs) {
    // Past k6's own end, which is a little later: before it, k6 would start this user's next iteration.
    sleep((Math.max(0, leftMs) + END_MARGIN_MS) / 1000);
    return false;
  }
  sleep(thinkMs / 1000);
  const nowMs = elapsedMs();
  recordLateness(Math.max(0, nowMs - startedAtMs - thinkMs), phaseAt(nowMs, plan.phases));
  return true;
}

function readPlan(): PlanFile {
  return JSON.parse(open(planFile));
}

/** @throws where a plan cannot be carried out: k6 would make no request, and find nothing wrong with that */
function optionsOf({ staff, options }: PlanFile): Options {
  const pops = Object.keys(staff.popShares).filter((pop) => staff.popShares[pop]);
  const missing = pops.filter((pop) => !/^https?:\/\/./.test(staff.baseUrls[pop] ?? ''));
  if (pops.length === 0 || missing.length > 0)
    throw new Error(
      `plan_incomplete: baseUrls needs an http(s) URL for ${missing.join(', ') || 'some PoP'}.`,
    );
  if (pops.every((pop) => isLocal(staff.baseUrls[pop] ?? ''))) return options;
  // Made for the local platform (k6-options.ts): elsewhere names are in DNS, and a browser keeps its connections.
  const { hosts: _, noConnectionReuse: __, ...elsewhere } = options;
  return elsewhere;
}

function required(name: string): string {
  const value = __ENV[name];
  if (!value) throw new Error(`environment_incomplete: ${name} is not set; see the top of journey.ts.`);
  return value;
}

import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { type Clock, closedClock, elapsedMs, type OpenClock, openClock } from './clock.ts';
import { phaseAt } from './phases.ts';
import type { PlanFile } from './plan.ts';
import { recordLateness } from './recorded.ts';
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

const planFile = required('PLAN_FILE');
const jwtSecret = required('JWT_SECRET');
const plan = readPlan().staff;

// k6 reads the options once, when __VU is 0. In each virtual user it adds all of them to whatever is exported here,
// unless that is null, and would keep them four thousand times.
export const options: Options | null = __VU === 0 ? readPlan().options : null;

// Module state belongs to one virtual user: k6 gives each of them a script engine of its own.
let desk: Desk | undefined;
const work = startWork();
let due: OpenClock | undefined;

/**
 * Closed model: a think time, then one request. Not more in one iteration: only between iterations does the engine
 * let go of what the last response left on its stack, and users think most of the time.
 */
export default function iteration(): void {
  desk ??= sitDown(closedClock(plan.phases));
  think(desk);
  makeNextRequest(desk, work);
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

function sitDown(by: Clock): Desk {
  const user = virtualUser(plan, exec.vu.idInTest);
  const baseUrl = plan.baseUrls[user.pop];
  if (!baseUrl) throw new Error(`pop_unknown: the plan has no base URL for ${user.pop}.`);
  return {
    plan,
    user,
    target: connect(baseUrl, mintToken(jwtSecret, plan.account, user.id), user.pop, by),
  };
}

function think({ user }: Desk): void {
  const thinkMs = user.thinkMs();
  const startedAtMs = elapsedMs();
  sleep(thinkMs / 1000);
  const nowMs = elapsedMs();
  recordLateness(Math.max(0, nowMs - startedAtMs - thinkMs), phaseAt(nowMs, plan.phases));
}

function readPlan(): PlanFile {
  return JSON.parse(open(planFile));
}

function required(name: string): string {
  const value = __ENV[name];
  if (!value) throw new Error(`environment_incomplete: ${name} is not set; see the top of journey.ts.`);
  return value;
}

import { claims, listed, makeNextRequest, startWork } from 'shardproof:journey';
import { sleep } from 'k6';
// By name: a default import makes every function of the module, once for each virtual user.
import { hmac } from 'k6/crypto';
import { b64encode } from 'k6/encoding';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { type AnswerClock, beginAt, closedClock, elapsedMs, type OpenClock, openClock } from './clock.ts';
import { phaseAt } from './phases.ts';
import { BEGUN, isLocal, type PlanFile } from './plan.ts';
import { count, recordLateness } from './recorded.ts';
import type { UserSession, VirtualUser } from './session.ts';
import { connect } from './target.ts';
import { virtualUser } from './user.ts';

/**
 * One of many people at work with a system (loadtest/journey/compile.ts), under an unmodified k6 2.x.
 *
 * Environment, and nothing else:
 * - PLAN_FILE: the path of a JSON file that holds a PlanFile (plan.ts).
 * - JWT_SECRET: what the target checks tokens with, where users sign their own.
 * - START_AT_MS: when the load begins, in milliseconds since the epoch, where several machines share it; else it begins at once.
 *
 * Beside the plan there may be a list of texts (plan.ts), in a file of the same name with `.list` behind it.
 */

const END_MARGIN_MS = 250;
const LIFETIME_SECONDS = 86_400;
const planFile = required('PLAN_FILE');
const jwtSecret = claims ? required('JWT_SECRET') : '';
// When __VU is 0, k6 reads options or calls setup(); virtual users keep nothing of it.
const whole: PlanFile | null = __VU === 0 ? readPlan() : null;
const plan = readPlan().users;

// In each virtual user k6 adds all options to whatever is exported here, unless that is null, and would keep them four
// thousand times.
export const options: Options | null = whole && optionsOf(whole);

// Module state belongs to one virtual user: k6 gives each of them a script engine of its own.
let session: UserSession | undefined;
const work = startWork();
let due: OpenClock | undefined;

/**
 * Closed model: a think time, then one request. Not more in one iteration: only between iterations does the engine
 * let go of what the last response left on its stack, and users think most of the time.
 */
export default function iteration(setUpMs?: number): void {
  beginAt(setUpMs);
  session ??= openSession();
  if (think(session)) makeNextRequest(session, work);
}

/** Open model, plateau: a request is due, and this user is the one who makes it. */
export function arrival(setUpMs?: number): void {
  beginAt(setUpMs);
  if (!plan.arrivals) throw new Error('plan_incomplete: the plan is of a closed model, and has no arrivals.');
  due ??= openClock(plan.phases);
  due.due(plan.arrivals);
  session ??= openSession(due);
  makeNextRequest(session, work);
}

/** Open model, lead-in. */
export function leadIn(setUpMs?: number): void {
  beginAt(setUpMs);
  due ??= openClock(plan.phases);
  due.dueNow();
  session ??= openSession(due);
  makeNextRequest(session, work);
}

/**
 * Once in each process of k6, whatever part of the load it has; after its users have been made, which takes machines unlike times.
 *
 * @returns how long k6 had run when the load began, for its users
 */
export function setup(): number {
  sleep(Math.max(0, Number(__ENV.START_AT_MS ?? 0) - Date.now()) / 1000);
  count(BEGUN, 0);
  return elapsedMs();
}

function openSession(by?: AnswerClock): UserSession {
  const user = virtualUser(plan, exec.vu.idInTest);
  const baseUrl = plan.baseUrls[user.pop];
  if (!baseUrl) throw new Error(`pop_unknown: the plan has no base URL for ${user.pop}.`);
  return {
    user,
    target: connect(
      baseUrl,
      tokenOf(user),
      user.pop,
      by ?? closedClock(plan.phases, !isLocal(baseUrl)),
      plan.tellsWrites,
    ),
  };
}

/**
 * Who would wake after the end only waits for it: k6 lets everybody finish, so that every request that is under way gets its
 * answer or its timeout.
 *
 * @returns whether there is time for another request
 */
function think({ user }: UserSession): boolean {
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
function optionsOf({ users, options }: PlanFile): Options {
  const pops = Object.keys(users.popShares).filter((pop) => users.popShares[pop]);
  const missing = pops.filter((pop) => !/^https?:\/\/./.test(users.baseUrls[pop] ?? ''));
  if (pops.length === 0 || missing.length > 0)
    throw new Error(
      `plan_incomplete: baseUrls needs an http(s) URL for ${missing.join(', ') || 'some PoP'}.`,
    );
  if (pops.every((pop) => isLocal(users.baseUrls[pop] ?? ''))) return options;
  // Made for the local platform (k6-options.ts): elsewhere names are in DNS, and a browser keeps its connections.
  const { hosts: _, noConnectionReuse: __, ...elsewhere } = options;
  return elsewhere;
}

function required(name: string): string {
  const value = __ENV[name];
  if (!value) throw new Error(`environment_incomplete: ${name} is not set; see the top of journey.ts.`);
  return value;
}

/** @throws where the plan has none */
function tokenOf({ id, account }: VirtualUser): string {
  if (claims) return signedToken(jwtSecret, claims(account, id));
  const { identities } = plan;
  if (!identities)
    throw new Error(
      'plan_incomplete: the users sign no tokens, and the plan does not say what shows who they are.',
    );
  return listed(identities.from + ((exec.vu.idInTest - 1) % identities.count));
}

/**
 * Signs the token of one user (HS256, RFC 7519), once per virtual user. The secret comes from the
 * environment: a command line can be read by every user of a machine.
 */
function signedToken(secret: string, claimed: Record<string, string>): string {
  const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
  const part = (value: object): string => b64encode(JSON.stringify(value), 'rawurl');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claimed, exp })}`;
  return `${signed}.${hmac('sha256', secret, signed, 'base64rawurl')}`;
}

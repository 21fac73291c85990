import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { recordLateness } from './counters.ts';
import { OPERATIONS, type PlanFile, SAFETY_COUNTERS } from './plan.ts';
import * as steps from './steps.ts';
import { connect } from './target.ts';
import { mintToken } from './token.ts';
import { virtualUser } from './user.ts';

/**
 * A working day of one member of staff, over and over: search, open a client, its finances and notes, sometimes
 * edit, sometimes add a note, and look at what was written.
 *
 * Environment: PLAN_FILE, the path of a JSON file that holds a Plan; JWT_SECRET, what the target checks tokens with.
 */

const planFile = required('PLAN_FILE');
const jwtSecret = required('JWT_SECRET');
const plan = readPlan().staff;

// k6 reads the options once, when __VU is 0; built for each virtual user they would take much of its memory.
export const options: Options = __VU === 0 ? optionsOf(readPlan()) : {};

// Module state belongs to one virtual user: k6 gives each of them a script engine of its own.
let desk: steps.Desk | undefined;

export default function iteration(): void {
  desk ??= arrive();
  const { user } = desk;
  if (user.does(plan.reloadShare)) signIn(desk);
  steps.searchClients(desk);
  think(desk);
  const clientId = user.pickClient();
  const version = steps.openClient(desk, clientId);
  think(desk);
  if (!version) return;
  steps.openFinances(desk, clientId);
  think(desk);
  steps.listNotes(desk, clientId);
  think(desk);
  if (user.does(plan.editShare)) editAndLook(desk, clientId, version);
  if (user.does(plan.noteShare)) addNoteAndLook(desk, clientId);
}

/** Starts somewhere within a think time, so that users do not move in step with the ramp; then signs in. */
function arrive(): steps.Desk {
  const user = virtualUser(plan, exec.vu.idInTest);
  const baseUrl = plan.baseUrls[user.pop];
  if (!baseUrl) throw new Error(`pop_unknown: the plan has no base URL for ${user.pop}.`);
  const arrived = { plan, user, target: connect(baseUrl, mintToken(jwtSecret, plan.account, user.id)) };
  think(arrived);
  signIn(arrived);
  return arrived;
}

function signIn(at: steps.Desk): void {
  steps.signIn(at);
  think(at);
}

function editAndLook(at: steps.Desk, clientId: string, version: number): void {
  const edit = steps.editClient(at, clientId, version);
  think(at);
  if (!edit) return;
  steps.readBackClient(at, clientId, edit);
  think(at);
}

function addNoteAndLook(at: steps.Desk, clientId: string): void {
  const noteId = steps.addNote(at, clientId);
  think(at);
  if (!noteId) return;
  steps.listNotes(at, clientId, noteId);
  think(at);
}

function think({ user }: steps.Desk): void {
  const thinkMs = user.thinkMs();
  const startedAtMs = Date.now();
  sleep(thinkMs / 1000);
  recordLateness(Math.max(0, Date.now() - startedAtMs - thinkMs));
}

function optionsOf({ staff: { baseUrls }, load }: PlanFile): Options {
  const { virtualUsers, rampSeconds, fullSeconds, objectivesP95Ms } = load;
  const hostnameOf = (url: string): string => url.replace(/^https?:\/\//, '').replace(/[:/].*$/, '');
  const safety = SAFETY_COUNTERS.map((name) => [name, ['count==0']]);
  const objectives = OPERATIONS.map((name) => [
    `http_req_duration{op:${name}}`,
    [`p(95)<${objectivesP95Ms[name]}`],
  ]);
  return {
    scenarios: {
      staff: {
        executor: 'ramping-vus',
        startVUs: 0,
        stages: [
          { duration: `${rampSeconds}s`, target: virtualUsers },
          { duration: `${fullSeconds}s`, target: virtualUsers },
        ],
        gracefulRampDown: '0s',
        gracefulStop: '1s',
      },
    },
    // Under plain `k6 run` these are the verdict; the runner judges by merged histograms of the hold alone.
    thresholds: Object.fromEntries([...safety, ...objectives]),
    // The account's hostname is not in DNS, and every PoP of the local platform is on this machine.
    hosts: Object.fromEntries(Object.values(baseUrls).map((url) => [hostnameOf(url), '127.0.0.1'])),
    systemTags: ['expected_response'],
    userAgent: 'shardproof-k6',
    // workerd closes a connection that a thinking user leaves idle, and Go does not repeat a POST that meets the
    // close; a browser would open another connection, too. Connecting is not part of http_req_duration.
    noConnectionReuse: true,
  };
}

function readPlan(): PlanFile {
  return JSON.parse(open(planFile));
}

function required(name: string): string {
  const value = __ENV[name];
  if (!value) throw new Error(`environment_incomplete: ${name} is not set; see the top of journey.ts.`);
  return value;
}

import type { WaitingRequest } from './backend/index.ts';
import { Usage } from './backend/index.ts';
import type { StatementUse } from './d1/index.ts';
import type { CronRun, Crons, Isolate } from './data-plane/index.ts';
import { PlatformError } from './errors.ts';
import type { FaultReport } from './faults/index.ts';
import type { UpstreamCall, UpstreamReply, UpstreamRequest } from './upstream/index.ts';

export type { FaultReport, UpstreamCall, UpstreamRequest, Usage, WaitingRequest };

/** The data plane of a running platform: its time, its faults, and who waits for what. */
export interface PlatformControl {
  /** Takes the same commands over HTTP: GET /waiting, GET /faults, PUT /faults, GET /usage, GET /upstream, POST /upstream, POST /statements, POST /advance, POST /step, POST /cron. */
  readonly url: string;
  /**
   * Steps the virtual clock. Resolves when everything that was due has happened; replies may still be on their way.
   *
   * @param ms at least 0
   * @throws PlatformError `bad_command` when the clock is a real one
   */
  advance(ms: number): Promise<void>;
  /**
   * Steps the virtual clock to the next moment at which something happens, and no further.
   *
   * @returns by how many milliseconds, or undefined where nothing is planned
   * @throws PlatformError `bad_command` when the clock is a real one
   */
  step(): Promise<number | undefined>;
  /**
   * The requests that wait for time to pass, each with its reason. On a virtual clock it is told once the Workers have
   * come to rest: each request that they serve waits too, and nothing is about to be asked.
   */
  waiting(): Promise<readonly WaitingRequest[]>;
  /**
   * Replaces the planned faults; their times count from now, and what had fired before is forgotten. The choice of
   * isolates begins again: what the same requests meet after it is the same.
   *
   * @throws PlatformError `bad_command` for a fault that could never fire
   */
  setFaults(plan: unknown): Promise<void>;
  /** What each planned fault has done so far; one with `count` 0 has not fired. */
  faultReports(): Promise<readonly FaultReport[]>;
  /**
   * Runs the `scheduled` handler of every Worker that has this cron, as at the last full minute of the platform's clock.
   *
   * @param cron an expression as it stands in the configuration
   * @returns once they have ended; `outcome` is `ok`, or what workerd says instead
   * @throws PlatformError `bad_command` when no Worker has it
   */
  cron(cron: string): Promise<readonly CronRun[]>;
  /** The calls that upstreams have had, in their order: the newest 50,000 of each at least, and how many there were in all. */
  upstreamCalls(): Promise<{ readonly calls: readonly UpstreamCall[]; readonly count: number }>;
  /**
   * Does something at an upstream by another way than its API, as whoever owns the data there: at once, without a token, and no call
   * of anybody's.
   *
   * @param upstream the variable in which the Worker finds its address
   * @throws PlatformError `bad_command` where there is none of that name
   */
  operateUpstream(upstream: string, request: UpstreamRequest): Promise<UpstreamReply>;
  /**
   * What the statements did that D1 has run since this was last asked; nothing where the behaviour leaves rows `untold`.
   */
  takeStatements(): Promise<readonly StatementUse[]>;
  /**
   * What D1 and KV have done since the start; what they did between two readings is the difference.
   *
   * @throws PlatformError `bad_command` when the data plane does not tell: an account that is missing is not zero
   */
  usage(): Promise<Usage>;
}

interface Placed {
  readonly isolates: readonly Isolate[];
  readonly crons: readonly Crons[];
}

/** @param port of the data plane's control socket */
export function platformControl(port: number): PlatformControl & {
  setIsolates(placed: Placed): Promise<void>;
  setRowCounters(urls: Readonly<Record<string, string>>): Promise<void>;
} {
  const url = `http://127.0.0.1:${port}`;
  const send = async (method: string, path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    // A step may take long; an account that does not come in half a minute does not come at all.
    const signal = method === 'GET' ? AbortSignal.timeout(30_000) : null;
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body), signal });
    const reply = JSON.parse(await response.text());
    if (!response.ok) throw new PlatformError('bad_command', `${reply.code}: ${reply.message}`);
    return reply;
  };
  return {
    url,
    advance: (ms) => send('POST', '/advance', { ms }),
    step: async () => (await send('POST', '/step', {})).ms ?? undefined,
    waiting: () => send('GET', '/waiting'),
    setFaults: (plan) => send('PUT', '/faults', plan),
    faultReports: () => send('GET', '/faults'),
    usage: async () => {
      try {
        return Usage.parse(await send('GET', '/usage'));
      } catch (cause) {
        const message =
          'The data plane does not tell its usage; data-plane.log in the state folder says why.';
        throw new PlatformError('bad_command', message, { cause });
      }
    },
    upstreamCalls: () => send('GET', '/upstream'),
    operateUpstream: (upstream, { method, path, body }) =>
      send('POST', '/upstream', { upstream, method, path, body }),
    cron: (cron) => send('POST', '/cron', { cron }),
    takeStatements: () => send('POST', '/statements', {}),
    setRowCounters: (urls) => send('PUT', '/row-counters', urls),
    setIsolates: (placed) => send('PUT', '/isolates', placed),
  };
}

/**
 * Waits for work on a platform with a virtual clock, and lets time pass whenever requests wait for it: each time to the
 * next event, because a longer step would let what one request does in several short calls happen after a long call
 * of another, and so hide what becomes of them when they meet.
 */
export const whileStepping = <Result>(control: PlatformControl, work: Promise<Result>): Promise<Result> =>
  stepFor(control, work, new Set());

/**
 * As `whileStepping`, but for a request of its own: time stands still for it as long as nobody waits but those who
 * waited before.
 */
export async function whileSteppingFor<Result>(
  control: PlatformControl,
  start: () => Promise<Result>,
): Promise<Result> {
  const before = await control.waiting();
  return stepFor(control, start(), new Set(before.map(textOf)));
}

async function stepFor<Result>(
  control: PlatformControl,
  work: Promise<Result>,
  others: ReadonlySet<string>,
): Promise<Result> {
  let isDone = false;
  const finish = (): void => {
    isDone = true;
  };
  work.then(finish, finish);
  while (!isDone) {
    const waiting = await control.waiting();
    if (waiting.some((request) => !others.has(textOf(request)))) await control.step();
  }
  return work;
}

const textOf = (request: WaitingRequest): string => JSON.stringify(request);

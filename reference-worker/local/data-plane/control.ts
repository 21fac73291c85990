import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Backend } from '../backend/index.ts';
import { mergeUsage, NO_USAGE } from '../backend/index.ts';
import { type Behaviour, misplacedFault } from '../behaviour/index.ts';
import type { DatabasePart } from '../d1/index.ts';
import type { FaultReport } from '../faults/index.ts';
import { FaultPlan } from '../faults/index.ts';
import type { UpstreamApi } from '../upstream/index.ts';
import { Crons, Isolate, type IsolatesBackend } from './isolates.ts';

export interface Controlled {
  readonly behaviour: Behaviour;
  readonly databases: readonly string[];
  readonly namespaces: readonly string[];
  readonly upstreams: ReadonlyMap<string, UpstreamApi>;
  readonly buckets: readonly string[];
  /** The same databases, as they run statements. */
  readonly statements: readonly {
    readonly id: string;
    readonly part: Pick<DatabasePart, 'setRowCounter' | 'takeStatements'>;
  }[];
  readonly isolates: IsolatesBackend;
  /** The isolates included. */
  readonly parts: readonly Backend[];
  /** Of the thread that serves the namespaces and this. */
  readonly eventLoopDelayP99Ms: () => number;
}

/** A request that was not carried out: its mistake, and a code. */
class ControlError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const realClock = (): ControlError =>
  new ControlError('real_clock', 'A real clock cannot be stepped; start with "clock": "virtual".');

const Advance = z.strictObject({ ms: z.number().nonnegative() });

const Placed = z.strictObject({ isolates: z.array(Isolate), crons: z.array(Crons) });
const Operated = z.strictObject({
  upstream: z.string(),
  method: z.string(),
  path: z.string(),
  body: z.string(),
});
const RowCounters = z.record(z.string(), z.url());
const Cron = z.strictObject({ cron: z.string() });
const noSuchCron = (cron: string, crons: readonly string[]): string =>
  `No Worker runs on "${cron}"; ${crons.length > 0 ? `known are ${crons.join(', ')}` : 'none has a cron'}.`;

type Action = (controlled: Controlled, body: unknown) => Promise<unknown>;

const actions: Readonly<Record<string, Action>> = {
  'GET /waiting': async ({ behaviour, parts, isolates }) => {
    const list = async () => (await Promise.all(parts.map((part) => part.waiting()))).flat();
    return behaviour.clock === 'virtual' ? isolates.waitingAtRest(list) : list();
  },
  'GET /faults': async ({ parts }) =>
    mergeReports(await Promise.all(parts.map((part) => part.faultReports()))),
  'GET /usage': async ({ parts, eventLoopDelayP99Ms }) =>
    mergeUsage([
      { ...NO_USAGE, eventLoopDelayP99Ms: eventLoopDelayP99Ms() },
      ...(await Promise.all(parts.map((part) => part.usage()))),
    ]),
  'GET /upstream': async ({ upstreams }) => {
    const all = [...upstreams.values()].map((api) => api.calls);
    return {
      count: all.reduce((sum, { count }) => sum + count, 0),
      calls: all.flatMap(({ calls }) => calls).toSorted((a, b) => a.atMs - b.atMs),
    };
  },
  'POST /upstream': async ({ upstreams }, body) => {
    const { upstream, ...request } = Operated.parse(body);
    const api = upstreams.get(upstream);
    if (!api)
      throw new ControlError(
        'bad_upstream',
        `There is no upstream ${upstream}; known are ${[...upstreams.keys()].join(', ')}.`,
      );
    return api.operate(request);
  },
  'PUT /faults': async (controlled, body) => {
    const plan = FaultPlan.parse(body);
    const { behaviour, databases, namespaces, buckets, parts, isolates } = controlled;
    const upstreams = [...controlled.upstreams.keys()];
    const misplaced = misplacedFault(plan, behaviour, { databases, namespaces, upstreams, buckets });
    if (misplaced) throw new ControlError('bad_fault', misplaced);
    const lack = isolates.lackFor(plan);
    if (lack) throw new ControlError('no_spare_isolate', lack);
    await Promise.all(parts.map((part) => part.setFaults(plan)));
  },
  'PUT /isolates': async ({ isolates }, body) => {
    const placed = Placed.parse(body);
    isolates.set(placed.isolates, placed.crons);
  },
  'PUT /row-counters': async ({ statements }, body) => {
    const urls = RowCounters.parse(body);
    for (const { id, part } of statements) if (urls[id] !== undefined) await part.setRowCounter(urls[id]);
  },
  'POST /statements': async ({ statements }) =>
    (await Promise.all(statements.map(({ part }) => part.takeStatements()))).flat(),
  'POST /cron': async ({ isolates }, body) => {
    const { cron } = Cron.parse(body);
    if (!isolates.crons.includes(cron)) throw new ControlError('bad_cron', noSuchCron(cron, isolates.crons));
    return isolates.runCron(cron);
  },
  'POST /advance': async ({ behaviour, parts }, body) => {
    if (behaviour.clock === 'real') throw realClock();
    const { ms } = Advance.parse(body);
    await Promise.all(parts.map((part) => part.advance(ms)));
  },
  'POST /step': async ({ behaviour, parts }) => {
    if (behaviour.clock === 'real') throw realClock();
    const untilMs = await Promise.all(parts.map((part) => part.untilNextMs()));
    const ms = Math.min(...untilMs.map((each) => each ?? Number.POSITIVE_INFINITY));
    if (ms === Number.POSITIVE_INFINITY) return { ms: null };
    await Promise.all(parts.map((part) => part.advance(ms)));
    return { ms };
  },
};

/**
 * Lets a test, or a person with curl, step time, switch faults and ask who waits. A browser cannot send JSON here
 * from another page without asking first, and gets no permission.
 */
export function createControlServer(controlled: Controlled): Server {
  const server = createServer((request, response) => void serve(controlled, request, response));
  // A connection that is closed just as it is used again would look like a platform that has ended.
  server.keepAliveTimeout = 0;
  return server;
}

async function serve(
  controlled: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
  };
  const action = actions[`${request.method} ${request.url}`];
  if (!action)
    return reply(404, { code: 'not_found', message: `Known are ${Object.keys(actions).join(', ')}.` });
  const hasBody = request.method !== 'GET';
  if (hasBody && request.headers['content-type'] !== 'application/json')
    return reply(415, { code: 'not_json', message: 'Send content-type: application/json.' });
  try {
    reply(200, await action(controlled, hasBody ? await json(request) : undefined));
  } catch (error) {
    if (error instanceof ControlError) reply(409, { code: error.code, message: error.message });
    else if (error instanceof z.ZodError)
      reply(400, { code: 'bad_request', message: z.prettifyError(error) });
    else if (error instanceof SyntaxError) reply(400, { code: 'bad_request', message: error.message });
    // A caller that left in the middle of its request gets no answer; anything else is a defect of ours.
    else if (!request.errored) throw error;
  }
}

/** Each part has the whole plan and reports what happened with it: together they are the run's account. */
function mergeReports(reports: readonly (readonly FaultReport[])[]): FaultReport[] {
  const [first = [], ...others] = reports;
  return first.map((fault) => {
    const same = [fault, ...others.flatMap((report) => report.filter(({ id }) => id === fault.id))];
    return {
      ...fault,
      count: same.reduce((sum, { count }) => sum + count, 0),
      firings: same.flatMap(({ firings }) => firings).sort((a, b) => a.atMs - b.atMs),
    };
  });
}

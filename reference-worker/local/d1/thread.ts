import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { listen, NO_USAGE, type Usage, watchEventLoop } from '../backend/index.ts';
import { Behaviour } from '../behaviour/index.ts';
import { timeOf } from '../clock/index.ts';
import { FaultPlan } from '../faults/index.ts';
import { D1Database } from './database.ts';
import { createD1Server } from './http.ts';
import type { ThreadCall } from './thread-protocol.ts';

/** One database, its own thread and its own port: a slow query delays nobody else's database. */
const { id, file, behaviour } = z
  .strictObject({ id: z.string(), file: z.string(), behaviour: Behaviour })
  .parse(workerData);
const { clock, advance, untilNextMs } = timeOf(behaviour.clock);
const database = new D1Database({ id, file, behaviour, clock });
const server = createD1Server(database);
const eventLoopDelayP99Ms = watchEventLoop();

const methods: Readonly<Record<ThreadCall['method'], (argument: unknown) => unknown>> = {
  advance: (ms) => advance(z.number().parse(ms)),
  untilNextMs: () => untilNextMs(),
  setFaults: (plan) => database.setFaults(FaultPlan.parse(plan)),
  faultReports: () => database.faultReports(),
  waiting: () => database.waiting(),
  usage: (): Usage => ({
    ...NO_USAGE,
    eventLoopDelayP99Ms: eventLoopDelayP99Ms(),
    databases: database.usage(),
  }),
  setRowCounter: (url) => database.setRowCounter(z.string().parse(url)),
  takeStatements: () => database.takeStatements(),
  close: () => {
    server.close();
    server.closeAllConnections();
    database.close();
    parentPort?.close();
  },
};

parentPort?.on('message', async ({ method, argument, answerTo }: ThreadCall) => {
  answerTo.postMessage(await methods[method](argument));
});
parentPort?.postMessage(await listen(server));

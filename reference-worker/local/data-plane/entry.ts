import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { listen, watchEventLoop } from '../backend/index.ts';
import { cachePart } from '../cache/index.ts';
import { timeOf } from '../clock/index.ts';
import { threadPart } from '../d1/index.ts';
import { namespacePart } from '../kv/index.ts';
import { limitsPart } from '../limits/index.ts';
import { bucketPart } from '../r2/index.ts';
import { upstreamPart } from '../upstream/index.ts';
import { createControlServer } from './control.ts';
import { IsolatesBackend } from './isolates.ts';
import { DataPlaneOptions } from './options.ts';

/**
 * The data plane's process. Reports each port on file descriptor 3 in the words of workerd's --control-fd, so that
 * both kinds of process are awaited in one way.
 */
const { databases, namespaces, upstreams, buckets, behaviour } = DataPlaneOptions.parse(
  JSON.parse(process.argv[2] ?? 'null'),
);

const report = (socket: string, port: number): void => {
  writeSync(3, `${JSON.stringify({ event: 'listen', socket, port })}\n`);
};

// A thread that fails has no listener for its error, and so ends the process: never half a data plane.
const threads = databases.map((database) => {
  const thread = new Worker(new URL('../d1/thread.ts', import.meta.url), {
    workerData: { ...database, behaviour },
  });
  thread.once('message', (port: number) => report(`d1/${database.id}`, port));
  return { thread, part: threadPart(thread) };
});

const stores = namespaces.map((id) => ({ id, ...namespacePart(id, behaviour) }));
for (const { id, server } of stores) report(`kv/${id}`, await listen(server));

const cache = cachePart(behaviour);
report('cache', await listen(cache.server));

const limits = limitsPart(behaviour);
report('limits', await listen(limits.server));

const apis = await Promise.all(
  Object.entries(upstreams).map(async ([name, spec]) => ({
    name,
    ...(await upstreamPart(name, spec, behaviour)),
  })),
);
for (const { name, server } of apis) report(`upstream/${name}`, await listen(server));

const doors = Object.entries(buckets).map(([name, port]) => ({ name, ...bucketPart(name, port, behaviour) }));
for (const { name, server } of doors) report(`r2/${name}`, await listen(server));

const isolates = new IsolatesBackend(timeOf(behaviour.clock), behaviour.seed);
const control = createControlServer({
  behaviour,
  databases: databases.map(({ id }) => id),
  namespaces,
  upstreams: new Map(apis.map(({ name, api }) => [name, api])),
  buckets: Object.keys(buckets),
  statements: threads.map(({ part }, index) => ({ id: databases[index]?.id ?? '', part })),
  isolates,
  eventLoopDelayP99Ms: watchEventLoop(),
  parts: [...threads, ...stores, ...apis, ...doors, cache, limits].map(({ part }) => part).concat(isolates),
});
report('control', await listen(control));

process.once('SIGTERM', async () => {
  const ended = threads.map(({ thread }) => once(thread, 'exit'));
  await Promise.all(threads.map(({ part }) => part.close()));
  await Promise.all(ended);
  process.exit(0);
});

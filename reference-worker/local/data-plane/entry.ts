import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { createKvServer } from './kv-service.ts';
import { KvStore } from './kv-store.ts';
import { listen } from './listen.ts';
import { DataPlaneOptions } from './options.ts';

/**
 * The data plane's process. Reports each port on file descriptor 3 in the words of workerd's --control-fd,
 * so that both kinds of process are awaited in one way.
 */
const { databases, kv } = DataPlaneOptions.parse(JSON.parse(process.argv[2] ?? 'null'));

const report = (socket: string, port: number): void => {
  writeSync(3, `${JSON.stringify({ event: 'listen', socket, port })}\n`);
};

// A thread that fails has no listener for its error, and so ends the process: never half a data plane.
const threads = databases.map((database) => {
  const thread = new Worker(new URL('d1-thread.ts', import.meta.url), { workerData: database });
  thread.once('message', (port: number) => report(`d1/${database.id}`, port));
  return thread;
});

if (kv) report('kv', await listen(createKvServer(new KvStore(Date.now))));

process.once('SIGTERM', async () => {
  await Promise.all(
    threads.map((thread) => {
      thread.postMessage('close');
      return once(thread, 'exit');
    }),
  );
  process.exit(0);
});

import { join } from 'node:path';
import { startServer } from '../server.ts';
import { startWorker } from '../worker.ts';
import { BenchmarkError } from './errors.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');
const MINIFLARE = join(import.meta.dirname, 'miniflare-process.ts');

/** Something that serves the benchmark's Worker. */
export interface Contestant {
  /** Without a slash at its end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Our platform without lag, faults and modelled service. */
export async function startOurs(stateDir: string): Promise<Contestant> {
  const platform = await startWorker({
    entry: WORKER,
    stateDir,
    databases: { DB: '', OTHER: '' },
    namespaces: ['KV'],
    behaviour: { latency: 'instant', readReplication: 'auto' },
  });
  // wrk would try ::1 first, where nothing listens.
  const url = platform.deployments[0]?.urls.LHR.replace('localhost', '127.0.0.1') ?? '';
  return prepared({ url, stop: platform.stop });
}

/**
 * Miniflare's own D1 and KV, on disk, in a process of its own as ours are: in this one it would answer Ctrl-C by
 * ending everything at once.
 *
 * @param folder an absolute path, to which the databases and the log go
 */
export async function startMiniflare(folder: string): Promise<Contestant> {
  const { process: running, portOf } = await startServer({
    name: 'miniflare',
    command: process.execPath,
    args: [MINIFLARE, folder],
    env: process.env,
    logFile: join(folder, 'miniflare.log'),
    sockets: ['worker'],
  });
  return prepared({
    url: `http://127.0.0.1:${portOf('worker')}`,
    stop: async () => void (await running.stop()),
  });
}

/** With the documents in it. */
async function prepared(contestant: Contestant): Promise<Contestant> {
  try {
    await ask(`${contestant.url}/prepare`);
    return contestant;
  } catch (error) {
    await contestant.stop();
    throw error;
  }
}

/** @throws BenchmarkError `part_failed` for any status but 200 */
export async function ask(url: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal: signal ?? null });
  const text = await response.text();
  if (response.status !== 200)
    throw new BenchmarkError('part_failed', `${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return response;
}

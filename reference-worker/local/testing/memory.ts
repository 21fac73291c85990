import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bundleWorker, writeBundle } from '../bundle/index.ts';
import { POPS, type Pop } from '../pops.ts';
import { startServer } from '../server.ts';
import { controlSocket, type DeploymentConfig, type ScriptConfig, workerdConfig } from '../workerd/index.ts';
import { freshFolder } from './fresh-folder.ts';
import type { MemoryReply } from './memory-worker.ts';

const WORKERD: string = createRequire(import.meta.url)('workerd').default;

export interface Memory {
  readonly urlOf: (pop: Pop) => string;
  /** Sends a request to the Worker in this PoP. */
  readonly ask: (pop: Pop, init?: RequestInit) => Promise<MemoryReply>;
  /** Sends a command, or what is none, to the control socket of this PoP. */
  readonly control: (pop: Pop, command: unknown, init?: RequestInit) => Promise<Response>;
}

/** How often each PoP of the memory Worker can go cold. */
export const COLD_STARTS = 2;

/** Runs the memory Worker, or another one of this folder, until the test ends. */
export async function startMemory(
  { entry = 'memory-worker.ts', ...config }: Partial<ScriptConfig> & { readonly entry?: string } = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Memory> {
  const folder = freshFolder();
  const configFile = join(folder, 'memory.capnp');
  const script: ScriptConfig = {
    name: 'memory',
    bundle: writeBundle(await bundleWorker(join(import.meta.dirname, entry)), folder, 'worker'),
    compatibility: { date: '2026-10-20', flags: [] },
    ...{
      databases: [],
      namespaces: [],
      buckets: [],
      rateLimits: [],
      assets: undefined,
      services: [],
      objects: [],
      classes: [],
      vars: {},
      secrets: {},
    },
    ...{ workersCache: false, hasCrons: false },
    ...config,
  };
  const deployment: DeploymentConfig = {
    name: 'memory',
    seed: 1,
    plan: 'paid',
    isolatesPerPop: 1,
    coldStarts: { LHR: COLD_STARTS, MAN: COLD_STARTS, EDI: COLD_STARTS },
    ports: new Map(POPS.map((pop) => [pop, 0])),
    // Nothing listens there: this Worker caches nothing.
    cachePort: 1,
    limitsPort: 1,
    scripts: [script],
    objectsDir: folder,
  };
  writeFileSync(configFile, workerdConfig(deployment));
  const { process, portOf } = await startServer({
    name: 'memory',
    command: WORKERD,
    args: ['serve', configFile, '--control-fd=3'],
    env,
    logFile: join(folder, 'memory.log'),
    sockets: POPS.flatMap((pop) => [pop, controlSocket(pop)]),
  });
  onTestFinished(async () => void (await process.stop()));
  const urlOf = (pop: Pop): string => `http://127.0.0.1:${portOf(pop)}/`;
  return {
    urlOf,
    ask: async (pop, init) => JSON.parse(await (await fetch(urlOf(pop), init)).text()),
    control: (pop, command, init) =>
      fetch(`http://127.0.0.1:${portOf(controlSocket(pop))}/`, {
        method: 'POST',
        body: typeof command === 'string' ? command : JSON.stringify(command),
        ...init,
      }),
  };
}

import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare, NoOpLog } from 'miniflare';
import { bundleWorker } from '../bundle/index.ts';

/** Serves the benchmark's Worker by miniflare, with everything off that a measurement does not need. */

const folder = process.argv[2] ?? '';
const { code } = await bundleWorker(join(import.meta.dirname, 'worker.ts'));
const miniflare = new Miniflare({
  host: '127.0.0.1',
  cf: false,
  log: new NoOpLog(),
  logRequests: false,
  telemetry: { enabled: false },
  resourcePersistencePath: folder,
  workers: [
    {
      config: {
        name: 'worker',
        compatibilityDate: '2026-10-20',
        manifest: {
          mainModule: 'worker.js',
          modulesRoot: folder,
          modules: { 'worker.js': { type: 'esm', contents: Buffer.from(code).toString() } },
        },
        env: {
          DB: { type: 'd1', id: 'DB' },
          OTHER: { type: 'd1', id: 'OTHER' },
          KV: { type: 'kv', id: 'KV' },
        },
      },
    },
  ],
});
const { port } = await miniflare.ready;
// As startServer expects it.
writeSync(3, `${JSON.stringify({ event: 'listen', socket: 'worker', port: Number(port) })}\n`);

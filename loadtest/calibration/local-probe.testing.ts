import { join } from 'node:path';

/** How the local platform runs the probe, which makes its tables itself. */
export const probeAt = (secret: string) => ({
  entry: join(import.meta.dirname, '..', '..', 'reference-worker', 'probe', 'src', 'index.ts'),
  databases: { DB: '', OTHER: '' },
  namespaces: ['KV'],
  vars: { PROBE_SECRET: secret },
});

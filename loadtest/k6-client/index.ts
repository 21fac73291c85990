import { join } from 'node:path';
import { build } from 'esbuild';

const K6 = join(import.meta.dirname, '..', 'k6');

/** Puts the verifying client for a k6 script of one's own into one file: k6 finds modules by path alone. */
export async function bundleClient(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(K6, 'worker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'esnext',
    alias: { 'shardproof:journey': join(K6, 'described.ts') },
    external: ['k6', 'k6/*'],
    logLevel: 'silent',
  });
}

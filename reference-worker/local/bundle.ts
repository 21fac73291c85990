import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PlatformError } from './errors.ts';

/** The reference Worker. */
const WORKER_ENTRY = join(import.meta.dirname, '..', 'src', 'index.ts');

export interface Bundle {
  readonly code: Uint8Array;
  /** What counts against the size limit of a deployed Worker. */
  readonly gzipBytes: number;
}

/**
 * Bundles a Worker into one ES module, as wrangler would: the `workerd` condition first, nothing minified.
 *
 * @throws PlatformError `worker_does_not_build` with esbuild's own messages
 */
export async function bundleWorker(entry: string = WORKER_ENTRY): Promise<Bundle> {
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    write: false,
    logLevel: 'silent',
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PlatformError('worker_does_not_build', `${reason}\nFix the Worker and start again.`, { cause });
  });
  const code = built.outputFiles[0]?.contents ?? new Uint8Array();
  return { code, gzipBytes: gzipSync(code).length };
}

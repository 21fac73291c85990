import { join } from 'node:path';
import { build } from 'esbuild';

const SCRIPT = join(import.meta.dirname, 'k6', 'journey.ts');

/**
 * Puts the k6 script and its modules into one file. k6 runs journey.ts as it is, too; but it evaluates every module
 * once for each virtual user, and sixteen modules cost about 100 KB a user more than one (k6 2.2, live heap).
 */
export async function bundleScript(file: string): Promise<void> {
  await build({
    entryPoints: [SCRIPT],
    outfile: file,
    bundle: true,
    format: 'esm',
    target: 'esnext',
    external: ['k6', 'k6/*'],
    logLevel: 'silent',
  });
}

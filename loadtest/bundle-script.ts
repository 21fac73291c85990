import { join } from 'node:path';
import { build } from 'esbuild';

const SCRIPT = join(import.meta.dirname, 'k6', 'journey.ts');

/**
 * Puts the k6 script and its modules into one file. k6 runs journey.ts as it is, too; but it evaluates every module
 * once for each virtual user, and sixteen of them cost 360 KB a user where one file costs 255 KB (k6 2.2, live heap).
 */
export async function bundleScript(file: string): Promise<void> {
  await build({
    entryPoints: [SCRIPT],
    outfile: file,
    bundle: true,
    format: 'esm',
    target: 'esnext',
    external: ['k6', 'k6/*'],
    // A pattern that the script does not use is dropped: compiled for each user it costs 20 KB.
    pure: ['RegExp'],
    logLevel: 'silent',
  });
}

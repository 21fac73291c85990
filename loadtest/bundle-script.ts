import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { minify } from 'terser';

const SCRIPT = join(import.meta.dirname, 'k6', 'journey.ts');

/**
 * Puts the k6 script and its modules into one small file. k6 runs journey.ts as it is, too; but it evaluates every
 * module and every function once for each virtual user, and with thousands of users that decides how much memory it
 * needs. To see what a change costs, run k6 with GODEBUG=memprofilerate=512 and --profiling-enabled, and look at
 * /debug/pprof/heap?gc=1.
 *
 * @param plugins for the benchmark of verification alone, which puts another checker into the script
 */
export async function bundleScript(file: string, plugins: Plugin[] = []): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [SCRIPT],
    write: false,
    bundle: true,
    plugins,
    format: 'esm',
    target: 'esnext',
    external: ['k6', 'k6/*'],
    logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  // What terser folds into another function is made anew at each call: as an arrow it comes without a prototype. Unsafe
  // only for functions that are called with `new`, and none of the script's is.
  const { code } = await minify(bundle?.text ?? '', {
    module: true,
    ecma: 2020,
    compress: { passes: 5, unsafe_arrows: true },
  });
  if (!code) throw new Error(`the k6 script ${SCRIPT} bundled to nothing.`);
  await writeFile(file, code);
}

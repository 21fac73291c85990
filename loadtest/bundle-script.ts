import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { minify } from 'terser';
import { compileJourney, type LoadedAccount, type LoadedSystem } from './journey/index.ts';

const K6 = join(import.meta.dirname, 'k6');
const SCRIPT = join(K6, 'journey.ts');

/**
 * Puts the k6 script, what a system makes of it and all modules into one small file. k6 evaluates every module and every
 * function once for each virtual user, and with thousands of users that decides how much memory it needs. To see what a change costs, run k6 with GODEBUG=memprofilerate=512 and --profiling-enabled, and look at
 * /debug/pprof/heap?gc=1.
 *
 * @param system whose journey the virtual users do
 * @param account whose users they are
 * @param plugins for the benchmark of verification alone, which puts another checker into the script
 */
export async function bundleScript(
  file: string,
  system: LoadedSystem,
  account: LoadedAccount,
  plugins: Plugin[] = [],
): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [SCRIPT],
    write: false,
    bundle: true,
    plugins: [...plugins, journeyOf(system, account)],
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

/** Gives the script its `shardproof:journey`. */
const journeyOf = (system: LoadedSystem, account: LoadedAccount): Plugin => ({
  name: 'journey',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^shardproof:journey$/ }, ({ path }) => ({ path, namespace: 'journey' }));
    onLoad({ filter: /./, namespace: 'journey' }, () => ({
      contents: compileJourney(system, account),
      resolveDir: K6,
    }));
  },
});

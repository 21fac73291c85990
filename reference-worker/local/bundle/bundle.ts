import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { PlatformError } from '../errors.ts';
import type { BundleFiles } from '../isolate/index.ts';
import { moduleFiles, nodeModules, rulesOf } from './modules.ts';
import { runToEnd } from './run-to-end.ts';
import type { Bundle, BundleSource, ConfiguredBuild, ModuleFile } from './source.ts';
import { wranglersBundle } from './wranglers-bundle.ts';

/**
 * Bundles a Worker as wrangler would: into one ES module, or into a script where the entry has no default export; the
 * `workerd` condition first. Imports of text, data and WebAssembly follow wrangler's rules, and Node's modules are found with
 * and without `node:`, as `nodejs_compat` has them. Where a configuration asks for more than esbuild alone can do, wrangler
 * itself does it, which takes some seconds.
 *
 * @param source the source file, or with what its configuration says of the build
 * @throws PlatformError `worker_does_not_build` with the bundler's own messages
 */
export async function bundleWorker(source: string | BundleSource): Promise<Bundle> {
  const given: BundleSource = typeof source === 'string' ? { entry: source } : source;
  const { entry, configured } = given;
  const bundle = () =>
    configured?.needsWrangler ? wranglersBundle(entry, configured) : esbuildsBundle(given);
  return configured?.command ? inTurn(configured.command.folder, bundle) : bundle();
}

const lastIn = new Map<string, Promise<unknown>>();

/** Does one thing after another in a folder: two commands at once would write over what each other makes there. */
function inTurn<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const mine = (lastIn.get(folder) ?? Promise.resolve()).then(work);
  lastIn.set(
    folder,
    mine.catch(() => undefined),
  );
  return mine;
}

async function esbuildsBundle({ entry, configured }: BundleSource): Promise<Bundle> {
  const files = new Map<string, ModuleFile>();
  if (configured?.command) await runBuild(configured.command);
  const { alias = {}, define = {}, tsconfig, jsxFactory, jsxFragment } = configured ?? {};
  const options = {
    // Where the paths of aliases begin.
    ...(configured && { absWorkingDir: dirname(configured.file) }),
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    supported: { 'import-source': true, using: true },
    loader: { '.js': 'jsx', '.mjs': 'jsx', '.cjs': 'jsx' },
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    alias: { ...alias },
    define: { ...DEFINES, ...define },
    keepNames: configured?.keepNames ?? true,
    minify: configured?.minify ?? false,
    ...(tsconfig !== undefined && { tsconfig }),
    ...(jsxFactory !== undefined && { jsxFactory }),
    ...(jsxFragment !== undefined && { jsxFragment }),
    plugins: [nodeModules, moduleFiles(rulesOf(configured?.rules ?? []), files)],
    write: false,
    metafile: true,
    logLevel: 'silent',
  } satisfies BuildOptions;
  try {
    const module = await build(options);
    const [output] = Object.values(module.metafile.outputs);
    const format = output?.exports.includes('default') ? 'modules' : 'service-worker';
    const built = format === 'modules' ? module : await build({ ...options, ...SCRIPT });
    const code = built.outputFiles[0]?.contents ?? new Uint8Array();
    const { exports } = output ?? {};
    return { code, format, exports, assets: [...files.values()] };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PlatformError('worker_does_not_build', `${reason}\nFix the Worker and start again.`, { cause });
  }
}

/** As wrangler deploys: code may ask which runtime it is for. */
const DEFINES = {
  'process.env.NODE_ENV': '"production"',
  'global.process.env.NODE_ENV': '"production"',
  'globalThis.process.env.NODE_ENV': '"production"',
};

/** workerd's `require` cannot be called by another name, as esbuild's code would. */
const SCRIPT = {
  format: 'iife',
  banner: { js: '(function (require) {' },
  footer: { js: '})((name) => require(name));' },
} satisfies BuildOptions;

/** The command that a configuration has run before its Worker is bundled. */
async function runBuild({ line, folder }: NonNullable<ConfiguredBuild['command']>): Promise<void> {
  const { code, written } = await runToEnd({
    name: 'the build command',
    command: '/bin/sh',
    args: ['-c', line],
    cwd: folder,
    env: process.env,
  });
  if (code === 0) return;
  throw new PlatformError(
    'worker_does_not_build',
    `the build command "${line}" ended with ${code}:\n${written}`,
  );
}

/** Writes a bundle to where workerd reads it. @param name of the Worker; files of two Workers do not mix */
export function writeBundle({ code, format, assets }: Bundle, folder: string, name: string): BundleFiles {
  const write = (file: string, content: Uint8Array): string => {
    const path = file.replaceAll('/', '--');
    writeFileSync(join(folder, path), content);
    return path;
  };
  return {
    file: write(`${name}.js`, code),
    format,
    assets: assets.map(({ name: asset, kind, content }) => ({
      ...{ name: asset, kind, file: write(`${name}-${asset}`, content) },
    })),
  };
}

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type OnResolveArgs, type Plugin } from 'esbuild';
import { PlatformError } from './errors.ts';
import type { BundleFiles } from './isolate/index.ts';

/** The reference Worker. */
const WORKER_ENTRY = join(import.meta.dirname, '..', 'shared-shards', 'src', 'index.ts');

export interface Bundle {
  readonly code: Uint8Array;
  readonly format: BundleFiles['format'];
  /** What the code imports that is not JavaScript. */
  readonly assets: readonly (Omit<BundleFiles['assets'][number], 'file'> & {
    readonly content: Uint8Array;
  })[];
  /** What counts against the size limit of a deployed Worker. */
  readonly gzipBytes: number;
}

/**
 * Bundles a Worker as wrangler would: into one ES module, or into a script where the entry has no default export; the
 * `workerd` condition first, nothing minified. Imports of text, data and WebAssembly follow wrangler's default rules, and
 * Node's modules are found with and without `node:`, as `nodejs_compat` has them.
 *
 * @throws PlatformError `worker_does_not_build` with esbuild's own messages
 */
export async function bundleWorker(entry: string = WORKER_ENTRY): Promise<Bundle> {
  const assets = new Map<string, Bundle['assets'][number]>();
  const options = {
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    plugins: [nodeModules, assetModules(assets)],
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
    return { code, format, assets: [...assets.values()], gzipBytes: gzipSync(code).length };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PlatformError('worker_does_not_build', `${reason}\nFix the Worker and start again.`, { cause });
  }
}

/** workerd's `require` cannot be called by another name, as esbuild's code would. */
const SCRIPT = {
  format: 'iife',
  banner: { js: '(function (require) {' },
  footer: { js: '})((name) => require(name));' },
} satisfies BuildOptions;

/** Writes a bundle to where workerd reads it. */
export function writeBundle({ code, format, assets }: Bundle, folder: string): BundleFiles {
  const write = (file: string, content: Uint8Array): string => {
    writeFileSync(join(folder, file), content);
    return file;
  };
  return {
    file: write('worker.js', code),
    format,
    assets: assets.map(({ name, kind, content }) => ({ name, kind, file: write(`worker-${name}`, content) })),
  };
}

/** Wrangler's default rules (developers.cloudflare.com/workers/wrangler/bundling, files which will not be bundled). */
const RULES = [
  { kind: 'text', pattern: /\.(txt|html|sql)$/ },
  { kind: 'data', pattern: /\.bin$/ },
  { kind: 'wasm', pattern: /\.wasm(\?module)?$/ },
] as const;

/** Leaves these imports to workerd, each under a name that its content decides. */
const assetModules = (assets: Map<string, Bundle['assets'][number]>): Plugin => ({
  name: 'assets',
  setup(esbuild) {
    for (const { kind, pattern } of RULES)
      esbuild.onResolve({ filter: pattern }, async ({ path, ...args }: OnResolveArgs) => {
        if (args.pluginData === assets) return undefined;
        const { resolveDir, importer, kind: importKind } = args;
        const how = { resolveDir, importer, kind: importKind, pluginData: assets };
        const { path: file, errors } = await esbuild.resolve(path.replace(/\?module$/, ''), how);
        if (errors.length > 0) return { errors };
        const content = readFileSync(file);
        const name = `${createHash('sha256').update(content).digest('hex').slice(0, 16)}-${basename(file)}`;
        assets.set(name, { name, kind, content });
        return { path: `./${name}`, external: true };
      });
  },
});

const BUILTIN = new RegExp(`^(${builtinModules.filter((name) => !/^(node:|_)/.test(name)).join('|')})$`);
const REQUIRED = 'required-node-module';

/** `crypto` is `node:crypto`, and one that is required is imported: an ES module of workerd has no `require`. */
const nodeModules: Plugin = {
  name: 'node-modules',
  setup(esbuild) {
    esbuild.onResolve({ filter: BUILTIN }, ({ path, kind }) =>
      kind === 'require-call'
        ? { path: `node:${path}`, namespace: REQUIRED }
        : { path: `node:${path}`, external: true },
    );
    esbuild.onResolve({ filter: /^node:/ }, ({ path, kind, namespace }) =>
      kind === 'require-call' && namespace !== REQUIRED ? { path, namespace: REQUIRED } : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: REQUIRED }, ({ path }) => ({
      contents: `import library from ${JSON.stringify(path)}; module.exports = library;`,
      loader: 'js',
    }));
  },
};

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename } from 'node:path';
import type { OnResolveArgs, Plugin } from 'esbuild';
import type { ModuleKind } from '../isolate/index.ts';
import type { ModuleFile, ModuleRule } from './source.ts';

const KINDS: Readonly<Record<string, ModuleKind>> = {
  ESModule: 'esModule',
  CommonJS: 'commonJsModule',
  Text: 'text',
  Data: 'data',
  CompiledWasm: 'wasm',
};

/** Wrangler's own (developers.cloudflare.com/workers/wrangler/bundling, files which will not be bundled). */
const DEFAULT_RULES: readonly ModuleRule[] = [
  { type: 'Text', globs: ['**/*.txt', '**/*.html', '**/*.sql'] },
  { type: 'Data', globs: ['**/*.bin'] },
  { type: 'CompiledWasm', globs: ['**/*.wasm', '**/*.wasm?module'] },
];

/** What an import is that matches; the first one that does, counts. */
export interface Matcher {
  readonly kind: ModuleKind;
  readonly pattern: RegExp;
}

/** The rules of a configuration before wrangler's own; one without `fallthrough` ends those of its type. */
export function rulesOf(configured: readonly ModuleRule[]): Matcher[] {
  const ended = new Set<string>();
  return [...configured, ...DEFAULT_RULES].flatMap(({ type, globs, fallthrough }) => {
    const kind = KINDS[type];
    if (kind === undefined || ended.has(type)) return [];
    if (fallthrough !== true) ended.add(type);
    return globs.map((glob) => ({ kind, pattern: patternOf(glob) }));
  });
}

/** As wrangler reads a glob: a run of stars is anything, and all else is itself. */
const patternOf = (glob: string): RegExp =>
  new RegExp(`^${glob.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&').replaceAll(/\*+/g, '.*')}$`);

/** Leaves what matches to workerd, each file under a name that its content decides. JavaScript is bundled all the same. */
export const moduleFiles = (matchers: readonly Matcher[], files: Map<string, ModuleFile>): Plugin => ({
  name: 'module-files',
  setup(esbuild) {
    for (const { kind, pattern } of matchers) {
      if (kind === 'esModule' || kind === 'commonJsModule') continue;
      esbuild.onResolve({ filter: pattern }, async ({ path, ...args }: OnResolveArgs) => {
        if (args.pluginData === files) return undefined;
        const { resolveDir, importer, kind: importKind } = args;
        const how = { resolveDir, importer, kind: importKind, pluginData: files };
        const { path: file, errors } = await esbuild.resolve(path.replace(/\?.*$/, ''), how);
        if (errors.length > 0) return { errors };
        const content = readFileSync(file);
        const name = `${createHash('sha256').update(content).digest('hex').slice(0, 16)}-${basename(file)}`;
        files.set(name, { name, kind, content });
        return { path: `./${name}`, external: true };
      });
    }
  },
});

const BUILTIN = new RegExp(`^(${builtinModules.filter((name) => !/^(node:|_)/.test(name)).join('|')})$`);
const REQUIRED = 'required-node-module';

/** `crypto` is `node:crypto`, and one that is required is imported: an ES module of workerd has no `require`. */
export const nodeModules: Plugin = {
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

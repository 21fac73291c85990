import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { PlatformError } from '../errors.ts';
import { rulesOf } from './modules.ts';
import { runToEnd } from './run-to-end.ts';
import type { Bundle, ConfiguredBuild, ModuleFile } from './source.ts';

/** The rules that name JavaScript, which wrangler has too where a module is not bundled. */
const JAVASCRIPT = [
  { type: 'ESModule', globs: ['**/*.js', '**/*.mjs'], fallthrough: true },
  { type: 'CommonJS', globs: ['**/*.cjs'], fallthrough: true },
];

/**
 * What `wrangler deploy --dry-run` would upload. It needs no network and no account.
 *
 * @throws PlatformError `worker_does_not_build` with wrangler's own messages
 */
export async function wranglersBundle(entry: string, configured: ConfiguredBuild): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-bundle-'));
  try {
    await dryRun(entry, configured, folder);
    const matchers = rulesOf([...configured.rules, ...JAVASCRIPT]);
    const main = `${parse(entry).name}.js`;
    const isBundled = readdirSync(folder).includes(main);
    const code = readFileSync(isBundled ? join(folder, main) : entry);
    const assets = filesIn(folder)
      .filter((name) => name !== main && name !== 'README.md' && !name.endsWith('.map'))
      .flatMap((name): ModuleFile[] => {
        const kind = matchers.find(({ pattern }) => pattern.test(`./${name}`))?.kind;
        return kind === undefined ? [] : [{ name, kind, content: readFileSync(join(folder, name)) }];
      });
    const format = /^export\s/m.test(code.toString()) ? 'modules' : 'service-worker';
    return { code, format, exports: undefined, assets };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );

async function dryRun(
  entry: string,
  { file, environment = '' }: ConfiguredBuild,
  folder: string,
): Promise<void> {
  const wrangler = join(
    dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
    'bin',
    'wrangler.js',
  );
  const { code, written } = await runToEnd({
    name: 'wrangler',
    command: process.execPath,
    args: [
      ...[wrangler, 'deploy', entry, '--dry-run', '--outdir', folder],
      ...['--config', file, '--env', environment],
    ],
    cwd: dirname(file),
    env: {
      ...process.env,
      CI: '1',
      // As whoever deploys has it: that of a test would be built into the Worker.
      NODE_ENV: 'production',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(folder, 'wrangler.map'),
    },
  });
  if (code !== 0)
    throw new PlatformError('worker_does_not_build', `wrangler does not bundle ${entry}:\n${written}`);
}

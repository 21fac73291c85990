import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { LoadTestError } from '../errors.ts';
import { buildK6 } from './build.ts';
import { downloadK6, type ReleaseArchive } from './download.ts';
import releases from './releases.json' with { type: 'json' };

/** The version that go.mod, the cache and the release archives pin. */
const K6_VERSION = '2.2.0';

/** In words, for messages. */
const SUPPORTED_VERSIONS = '2.2.0 or newer, below 3';

export interface K6Binary {
  readonly file: string;
  readonly version: string;
  /** How it was found, in words: printed, so that nobody wonders which k6 made the load. */
  readonly source: string;
}

export interface K6Search {
  readonly env: NodeJS.ProcessEnv;
  /** The ignored state folder; the cached build lives in its `cache`. */
  readonly stateDir: string;
  readonly archives: Readonly<Record<string, ReleaseArchive | undefined>>;
  readonly signal: AbortSignal;
}

/** Where a k6 built or fetched here is kept, by version and machine. */
export const cachedK6 = (stateDir: string): string =>
  join(stateDir, 'cache', `k6-v${K6_VERSION}-${process.platform}-${process.arch}`, 'k6');

/**
 * Finds the real k6: K6_BIN, then PATH, then the cache, then a build with Go from the pinned module, then
 * the pinned release archive. Nothing ever stands in for k6.
 *
 * @throws LoadTestError `k6_unusable` when K6_BIN names something else than a supported k6: what was asked
 *   for by name is not replaced silently; `k6_missing` when every way failed, with the reason of each; the reason of `signal`
 */
export async function resolveK6(search: K6Search): Promise<K6Binary> {
  const named = search.env.K6_BIN;
  if (named) return await namedK6(named);
  const reasons: string[] = [];
  const onPath = findOnPath(search.env.PATH ?? '');
  for (const [file, source] of [
    [onPath, 'on PATH'],
    [cachedK6(search.stateDir), 'in the cache'],
  ] as const) {
    const version = file && (await k6VersionOf(file));
    if (version && isSupported(version)) return { file, version, source };
    reasons.push(`${source}: ${version ? `k6 ${version} is not ${SUPPORTED_VERSIONS}` : 'none'}`);
  }
  return await makeK6(search, reasons);
}

async function namedK6(file: string): Promise<K6Binary> {
  const version = await k6VersionOf(file);
  if (version && isSupported(version)) return { file, version, source: 'named by K6_BIN' };
  const found = version ? `is k6 ${version}` : 'cannot be run as k6';
  throw new LoadTestError(
    'k6_unusable',
    `K6_BIN names ${file}, which ${found}. Point it at k6 ${SUPPORTED_VERSIONS}, or unset it.`,
  );
}

async function makeK6({ env, stateDir, archives, signal }: K6Search, reasons: string[]): Promise<K6Binary> {
  const file = cachedK6(stateDir);
  const ways = [
    { source: 'built with Go', make: () => buildK6(file, env, signal) },
    {
      source: 'from the official release',
      make: () => downloadK6(file, archives[`${process.platform}-${process.arch}`], signal),
    },
  ];
  for (const { source, make } of ways) {
    const failure = await make();
    signal.throwIfAborted();
    const version = failure ? undefined : await k6VersionOf(file);
    if (version && isSupported(version)) return { file, version, source };
    reasons.push(`${source}: ${failure ?? 'the result does not run'}`);
  }
  throw new LoadTestError(
    'k6_missing',
    `no k6 ${SUPPORTED_VERSIONS} could be had (${reasons.join('; ')}). ` +
      'Install k6 from https://grafana.com/docs/k6/latest/set-up/install-k6/, or Go 1.25 or newer, ' +
      'or set K6_BIN to a k6 executable, and run the command again.',
  );
}

function findOnPath(path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'k6'))
    .find(isExecutableFile);
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Absent or not executable: the search goes on.
    return false;
  }
}

/** The archives that are pinned in the repository, by `<platform>-<arch>`. */
export const pinnedArchives: K6Search['archives'] = releases.archives;

/** Reads the version out of what `k6 version` prints; undefined when it is not k6 that answers. */
function parseK6Version(output: string): string | undefined {
  return /^k6(?:\.exe)? v(\d+\.\d+\.\d+)\b/.exec(output)?.[1];
}

/** The scripts are TypeScript with `.ts` imports and were verified on 2.2; 3.x may change either. */
function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 2 && minor !== undefined && minor >= 2;
}

/** Asks an executable which k6 it is; undefined when it cannot be run or is something else. */
async function k6VersionOf(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(file, ['version'], { timeout: 15_000 });
    return parseK6Version(stdout);
  } catch {
    // Absent, not executable, for another machine or hanging: all of them mean "not a k6 we can use".
    return undefined;
  }
}

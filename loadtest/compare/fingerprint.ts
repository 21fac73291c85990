import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Behaviour } from '../../reference-worker/target/index.ts';
import type { RunResult } from '../../reports/schema/index.ts';
import { git } from '../../reports/store/index.ts';
import { LoadTestError } from '../errors.ts';
import type { Scenario } from '../scenarios/index.ts';
import { shortHash } from '../short-hash.ts';

/** The folders whose code takes part in a block. */
const MEASURED = ['reference-worker', 'migrations', 'fixtures', 'loadtest'];

/** What must be the same in every block, by its name in words: beside the treatment, nothing may differ. */
export type Fingerprint = Readonly<Record<string, string>>;

/**
 * @param changes of the working tree, from `uncommittedChanges`
 * @param sources of the described system, from `sourcesOf`
 */
export function fingerprintOf(
  environment: RunResult['environment'],
  { changes, sources }: { readonly changes: string; readonly sources: string },
  behaviour: Behaviour,
  scenario: Scenario,
): Fingerprint {
  return {
    commit: environment.commit,
    'uncommitted changes': changes,
    'sources of the system': sources,
    ...machineOf(environment),
    behaviour: shortHash(behaviour),
    scenario: shortHash(scenario),
  };
}

const BYTES_PER_GIB = 2 ** 30;

/** The machine and the versions, as far as they decide how fast it is. What the kernel keeps of the memory changes with a reboot. */
export const machineOf = ({
  platform,
  cpuModel,
  cpuCount,
  memoryBytes,
  ...versions
}: RunResult['environment']): Fingerprint => ({
  platform,
  'CPU model': cpuModel,
  cores: String(cpuCount),
  memory: `${Math.round(memoryBytes / BYTES_PER_GIB)} GiB`,
  'version of Node': versions.nodeVersion,
  'version of workerd': versions.workerdVersion,
  'version of k6': versions.k6Version,
});

/** One short text, equal when and only when all of it is. */
export const shortOf = (fingerprint: Fingerprint): string => shortHash(fingerprint);

/**
 * Each block bundles the Worker and the k6 script from the sources as they are then: an edit between two blocks would
 * compare two Workers.
 *
 * @returns a hash of the changes to tracked files that take part in a block; `none` without any, and outside a repository
 */
export function uncommittedChanges(root: string): string {
  const changes = git(root, 'diff', 'HEAD', '--', ...MEASURED) ?? '';
  return changes === '' ? 'none' : shortHash(changes);
}

/** What holds no source of a Worker: packages, and what programs leave behind. */
const NO_SOURCES = /(^|[\\/])(node_modules|\.git|\.wrangler|\.shardproof|reports[\\/]runs)$/;

/**
 * The described system, whose Worker may lie in another repository or in none.
 *
 * @param folder of its description
 * @returns a hash of the names and contents of all files in it
 */
export function sourcesOf(folder: string): string {
  const hash = createHash('sha256');
  for (const path of filesBelow(folder)) {
    const file = relative(folder, path);
    hash.update(JSON.stringify([file, createHash('sha256').update(readFileSync(path)).digest('hex')]));
  }
  return hash.digest('hex').slice(0, 12);
}

/** In the order of their names; what lies in a folder without sources is not looked at, of which there may be much. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => !NO_SOURCES.test(path))
    .flatMap((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isDirectory()) return filesBelow(path);
      return found?.isFile() ? [path] : [];
    });

/**
 * @param what the two are, as in `Blocks 1 and 5`
 * @throws LoadTestError `not_comparable` that names what differs
 */
export function assertSame(what: string, one: Fingerprint, other: Fingerprint): void {
  const differences = differencesBetween(one, other);
  if (differences.length === 0) return;
  throw new LoadTestError(
    'not_comparable',
    `${what} differ in ${differences.join(', ')}: a difference between them could be of that. ` +
      'Keep it the same, and measure again.',
  );
}

/** In words, one for each thing that is not the same; none where all is. */
export const differencesBetween = (one: Fingerprint, other: Fingerprint): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((name) => one[name] !== other[name])
    .map((name) => `${name} (${one[name] ?? 'none'}, then ${other[name] ?? 'none'})`);

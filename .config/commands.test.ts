import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND } from '../reports/command/command.testing.ts';
import { INTERNAL_VERBS, VERBS } from './verbs.ts';

/** Every verb of the command, as a user starts it: what it says of itself, how soon, and what it refuses. */

const ROOT = join(import.meta.dirname, '..');
/** Every verb, as the words that name it. */
const PROGRAMS: readonly string[] = [
  ...VERBS.map(({ name }) => name),
  ...INTERNAL_VERBS.map(({ name }) => `internal ${name}`),
];

const wordsOf = (name: string): string[] => name.split(' ').filter(Boolean);

const AT_ONCE = availableParallelism();
const FILES: Readonly<Record<string, string>> = {
  'not.json': '{"latency":',
  'empty.json': '{}',
  'objectives.json': '{"operations": {"open-cleint": {"p95Ms": 80}}}',
  'plan.json': '{"shards": [{"id": "one", "accounts": [{"id": "acme", "size": "1MB", "users": 20}]}]}',
  'description.ts': 'export const other = 1;\n',
  'samples.json': '{"no": "sample"}\n',
};

let caller: string;
let temporary: string;
beforeAll(() => {
  caller = mkdtempSync(join(tmpdir(), 'caller-'));
  temporary = mkdtempSync(join(tmpdir(), 'temporary-'));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(caller, name), content);
  mkdirSync(join(caller, 'folder'));
});
afterAll(() => {
  for (const folder of [caller, temporary]) rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether a process that it started has outlived it. */
  readonly hasSurvivors: boolean;
}

async function run(name: string, ...args: readonly string[]): Promise<Ended> {
  const { GITHUB_STEP_SUMMARY: _, BEARER_TOKEN: __, JWT_SECRET: ___, ...env } = process.env;
  const child = spawn(COMMAND[0], [COMMAND[1], ...wordsOf(name), ...args], {
    cwd: ROOT,
    env: { ...env, INIT_CWD: caller, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr, hasSurvivors: await survives(Number(child.pid)) };
}

/** Help takes some ten starts of a Node that does nothing (0.35 s where one takes 0.035); it took thirty when everything was loaded. */
const HELP_IN_STARTS_OF_NODE = 20;
const TRIES = 3;

/** getrusage(2) of a shell whose only child is the command: its own start costs a thousandth of a second. */
function cpuSecondsOf(...command: readonly string[]): number {
  const { stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null', 'bash', ...command],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return stderr
    .trim()
    .split(' ')
    .reduce((sum, seconds) => sum + Number(seconds), 0);
}

const PATIENCE_MS = 5_000;

/** Whether a group has a member for longer than it takes to end. */
async function survives(group: number): Promise<boolean> {
  const until = Date.now() + PATIENCE_MS;
  while (isThere(group)) {
    if (Date.now() > until) return true;
    await delay(20);
  }
  return false;
}

/** Whether a process group still has a member (kill(2): no signal, but the check). */
function isThere(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a program that was refused must not have touched, with sizes and times of change. */
function traces(): string[] {
  const written = [
    ...['.shardproof/seeds', '.shardproof/state', 'reports/runs', 'reports/sample'],
    ...['conformance', 'fixtures', 'loadtest'],
  ];
  const below = (folder: string): string[] =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
          const path = join(entry.parentPath, entry.name);
          const { size, mtimeMs } = lstatSync(path);
          return entry.isDirectory() ? path : `${path} ${size} ${mtimeMs}`;
        })
      : [];
  return [...written.map((folder) => join(ROOT, folder)), caller, temporary].flatMap(below).toSorted();
}

/** A command, what it is given, and the words by which it names the mistake or the next step. */
type Mistake = readonly [command: string, args: readonly string[], ...words: readonly string[]];

const HELP = '--help';
const MISTAKES: readonly Mistake[] = [
  ...PROGRAMS.map((name): Mistake => [name, ['--nonsense'], "unknown option '--nonsense'", HELP]),
  ...PROGRAMS.filter((name) => !['load:merge', 'seed', 'fleet'].includes(name)).map(
    (name): Mistake => [name, ['nonsense'], 'too many arguments', HELP],
  ),
  ['capacity', ['--scenario', 'huge'], '--scenario', '"steady"', HELP],
  ['capacity', ['--users', '-5'], '--users: must be a whole number from 1 to 20,000, not "-5"', HELP],
  ['capacity', ['--users', '1e3'], '--users: must be a whole number', HELP],
  ['capacity', ['--size', '20GB'], '--size: must be from 1 MB to 10 GB', 'not 20 GB', HELP],
  ['capacity', ['--size', '5'], '"5" is not a size; write', '256MB'],
  ['capacity', ['--hold', '1'], '--hold: must be a whole number from 5 to 86,400', HELP],
  ['capacity', ['--scenario', 'step', '--users', '1'], '--users: a ladder has 10 rungs', 'at least 10'],
  ['capacity', ['--scenario', 'smoke', '--users', '1'], '1 are too few', '--hold'],
  ['capacity', ['--latency', 'moon'], 'bad_behaviour: moon', 'pessimistic'],
  ['capacity', ['--latency', 'not.json'], 'bad_behaviour: not.json: not JSON', 'Correct the file'],
  ['capacity', ['--objectives', 'nowhere.json'], 'nowhere.json', HELP],
  ['capacity', ['--objectives', 'objectives.json'], 'open-client', HELP],
  [
    'capacity',
    ['--slow-motion', '4'],
    '--slow-motion: it slows what is modelled, and --latency instant',
    HELP,
  ],
  ['capacity', ['--generators', '0'], '--generators: must be a whole number from 1 to 16', HELP],
  ['capacity', ['--k6-out', 'json'], '--k6-out: must name a file, as in json=samples.json', HELP],
  ['capacity', ['--k6-out', 'graphite'], "--k6-out: graphite: invalid output type 'graphite', available"],
  ['capacity', ['--k6-out', 'json=no/such/file.json'], 'there is no folder', HELP],
  ['compare', ['--budget', '-5'], '--budget: must be a number of at least 0, not "-5"', HELP],
  ['compare', ['--effect', '9'], '--effect: must be a number from 0.02 to 5', HELP],
  ['compare', ['--pairs', '3'], '--pairs: must be even', HELP],
  ['compare', ['--neighbour', 'quiet'], '--neighbour', '"tenants"', HELP],
  ['compare', ['--size', '11GB'], '--size: must be from 1 MB to 10 GB', HELP],
  ['compare', ['--users', '30'], '--hold: 30 users make', '--users', HELP],
  ['compare', ['--baseline', 'a'], '--candidate: is missing: two stored runs are compared', HELP],
  ['compare', ['--baseline', 'a', '--candidate', 'b'], 'There is no run in', 'Name a folder below'],
  ['compare', ['--baseline', '../a', '--candidate', 'b'], '"../a" is not usable', 'Use up to 100 letters'],
  ['compare', ['--baseline', 'a', '--candidate', 'b', '--users', '4'], '--users: two stored runs', HELP],
  ['init', ['--wrangler', 'nowhere.jsonc'], 'no_configuration: there is no nowhere.jsonc', '--wrangler'],
  ['conformance', ['--only', 'isolatoin'], 'no check and no area "isolatoin"', '--list'],
  ['conformance', ['--seed', '-1'], '--seed: must be a whole number from 0', HELP],
  ['conformance', ['--runs', '0'], '--runs: must be a whole number from 1', HELP],
  ['conformance', ['--entry', 'nowhere.ts'], '--entry: there is no file', 'caller-'],
  ['conformance', ['--config', 'description.ts'], 'must be a description'],
  ['conformance', ['--mutation', 'none'], 'no mutation "none"', 'shared-shards/mutations'],
  ['conformance', ['--target', 'http://localhost:1'], '--tokens: is missing', HELP],
  ['conformance', ['--target', 'ftp://x', '--tokens', 'empty.json'], '--target: ftp://x must be a URL'],
  ['conformance', ['--target', 'http://localhost:1', '--tokens', 'empty.json'], 'is not a tokens file', HELP],
  ['conformance', ['--leave-documents'], '--leave-documents: is for a remote target', HELP],
  ['selftest', ['--only', 'nothing'], 'no area, check or mutation is called nothing', HELP],
  ['selftest', ['--seed', 'x'], '--seed: must be a whole number', HELP],
  ['seed', ['foo'], "there is no command 'foo'; there are file, verify", HELP],
  ['seed', ['--size', '11GB'], 'size_out_of_range', 'choose a size in between'],
  ['seed', ['--account', 'elm'], 'unknown_account', 'choose one of acme, birch'],
  ['seed', ['--threads', '-1'], '--threads: must be a whole number from 1 to 64, not "-1"', HELP],
  ['seed', ['--plan', 'nowhere.json'], 'bad_plan: nowhere.json', 'fixtures/README.md'],
  ['seed', ['--plan', 'empty.json'], 'bad_plan: empty.json: shards', 'fixtures/README.md'],
  ['seed', ['--plan', 'plan.json', '--out', 'not.json/sets'], 'folder_not_writable', 'not.json'],
  ['seed', ['sql'], "required option '--out <folder>'", HELP],
  ['predict', ['--users', '0'], '--users: must be a whole number from 1 to 1,000,000', HELP],
  ['rehearse', [], '--migration: must name a file', HELP],
  ['rehearse', ['--migration', 'nowhere.sql'], '--migration: there is no file', HELP],
  ['seed', ['d1', '--from', 'folder', '--database', 'X'], 'no_manifest', 'write them first'],
  ['seed', ['http', '--url', 'http://localhost:1'], 'no_token', 'JWT_SECRET'],
  ['seed', ['check', '--url', 'http://localhost:1', '--sample', 'some'], '--sample: must be all', HELP],
  ['seed', ['verify', '--size', '1MB', '--users', '20', '--out', 'folder'], 'no_data_set', 'npm run seed'],
  ['up', ['--topology', 'both'], '--topology', 'choose one of shared, dedicated', HELP],
  ['up', ['--port', '80'], '--port: must be a whole number from 1,024 to 65,000, not "80"', HELP],
  ['up', ['--plan', 'plan.json'], 'no_data_set: one of the plan', 'npm run seed -- --plan'],
  ['up', ['--plan', 'plan.json', '--topology', 'shared'], "'--plan <file>' cannot be used with", HELP],
  ['up', ['--state', 'not.json/state'], 'not_writable', 'Make that a folder'],
  ['report', [], 'Nothing was asked for', HELP],
  ['report', ['--list', '--last', '0'], '--last: must be a whole number of at least 1', HELP],
  ['report', ['--list', '--kind', 'seeds'], "'--kind <kind>' argument 'seeds' is invalid", HELP],
  ['internal prove:knee', ['--runs', '1'], '--runs: must be a whole number from 100', HELP],
  ['internal prove:checker', ['--histories', '1.5'], '--histories: must be a whole number from 500', HELP],
  ['internal prove:alarms', ['--draws', '-1'], '--draws: must be a whole number', HELP],
  ['internal benchmark:history', ['--sessions', '0'], '--sessions: must be a whole number from 1', HELP],
  ['internal benchmark:seed', ['--size', '1KB'], 'size_out_of_range', 'choose a size in between'],
  ['internal benchmark:seed', ['--folder', 'nowhere'], 'folder_not_writable', 'nowhere'],
  ['internal benchmark:platform', ['--only', 'nothing'], "argument 'nothing' is invalid", HELP],
  ['internal benchmark:leak', ['--responses', 'many'], '--responses: must be a whole number from 8,'],
  ['load:merge', [], "missing required argument 'files'", HELP],
  ['load:merge', ['nowhere.json'], 'runner_file_missing', 'Copy every'],
  ['load:merge', ['samples.json'], 'runner_file_broken', 'samples.json'],
  ['load:merge', ['--scenario', 'huge', 'samples.json'], '"huge" is no scenario; choose from', HELP],
  ['load:merge', ['--users', 'many', 'samples.json'], '--users: must be a whole number', HELP],
];

/** Runs `work` on all, as many at once as there are processors. */
async function onAll<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

describe('every verb', () => {
  test('is there under the name of every script that calls it', () => {
    const scripts: Record<string, string> = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ).scripts;
    const called = Object.values(scripts).flatMap((script) => /shardproof\.js (\S+)/.exec(script)?.[1] ?? []);

    expect(PROGRAMS.length).toBeGreaterThan(20);
    expect(new Set(called)).toEqual(new Set([...VERBS.map(({ name }) => name), 'internal']));
  });

  test('answers --help with what it does, examples and exit codes, and starts nothing', async () => {
    const before = traces();
    const wrong: string[] = [];
    await onAll(PROGRAMS, async (name) => {
      const { code, stdout, stderr, hasSurvivors } = await run(name, '--help');
      const lacking = ['Usage: ', 'Examples:', 'Exit codes: '].filter((part) => !stdout.includes(part));
      if (code !== 0 || stderr !== '' || hasSurvivors || lacking.length > 0)
        wrong.push(`${name}: ${code}, without ${lacking}, ${stderr}`);
    });

    expect(wrong).toEqual([]);
    expect(traces()).toEqual(before);
  }, 300_000);

  test('says so in the processor time of twenty starts of Node', () => {
    const yardstick = Array.from({ length: TRIES }, () => cpuSecondsOf(process.execPath, '-e', ''));
    const bound = HELP_IN_STARTS_OF_NODE * Math.min(...yardstick);
    const isSlow = (name: string): boolean => cpuSecondsOf(...COMMAND, ...wordsOf(name), '--help') >= bound;

    const slow = PROGRAMS.filter((name) => Array.from({ length: TRIES }).every(() => isSlow(name)));

    expect(slow).toEqual([]);
  }, 300_000);

  test('names all verbs to whoever names none, or one that is not there', async () => {
    const [none, unknown] = [await run(''), await run('capcity')];

    expect(none.stdout).toMatch(/Usage: shardproof <verb>.*capacity.*conformance.*seed/s);
    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringMatching(/no verb "capcity".*capacity/s) });
  });

  test('refuses a mistake with exit code 4, names it and the next step, starts nothing and leaves nothing', async () => {
    expect(MISTAKES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(MISTAKES.map(([name]) => name))).toEqual(new Set(PROGRAMS));
    const before = traces();
    const wrong: string[] = [];
    await onAll(MISTAKES, async ([name, args, ...words]) => {
      const { code, stdout, stderr, hasSurvivors } = await run(name, ...args);
      const faults = [
        ...(code === 4 ? [] : [`exit code ${code}`]),
        ...(stdout === '' ? [] : [`printed ${stdout.slice(0, 200)}`]),
        ...(hasSurvivors ? ['a process was left'] : []),
        ...(/^ {4}at /m.test(stderr) ? ['a stack'] : []),
        ...words.filter((word) => !stderr.includes(word)).map((word) => `does not say ${word}`),
      ];
      if (faults.length > 0)
        wrong.push(`${name} ${args.join(' ')}: ${faults.join('; ')}: ${stderr.slice(0, 400)}`);
    });

    expect(wrong).toEqual([]);
    expect(traces()).toEqual(before);
  }, 600_000);
});

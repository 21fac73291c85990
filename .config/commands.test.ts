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
import { FILES, mistakesOf } from './mistakes.testing.ts';
import { INTERNAL_VERBS, VERBS } from './verbs.ts';

/** Every verb of the command, as a user starts it: what it says of itself, how soon, and what it refuses. */

const ROOT = join(import.meta.dirname, '..');
/** Every verb, as the words that name it. */
const PROGRAMS: readonly string[] = [
  ...VERBS.map(({ name }) => name),
  ...INTERNAL_VERBS.map(({ name }) => `internal ${name}`),
];

const wordsOf = (name: string): string[] => name.split(' ').filter(Boolean);

const MISTAKES = mistakesOf(PROGRAMS);

const AT_ONCE = availableParallelism();

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
  const {
    GITHUB_STEP_SUMMARY: _,
    BEARER_TOKEN: __,
    JWT_SECRET: ___,
    PROBE_SECRET: ____,
    ...env
  } = process.env;
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

/** The lines that only one of the two has: two lists of a thousand lines tell nobody what differs. */
const changed = (before: readonly string[], after: readonly string[]): string[] => [
  ...new Set(before).symmetricDifference(new Set(after)),
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
    expect(changed(before, traces())).toEqual([]);
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
    expect(changed(before, traces())).toEqual([]);
  }, 600_000);
});

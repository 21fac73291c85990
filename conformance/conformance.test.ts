import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { COMMAND } from '../reports/command/command.testing.ts';
import { RUNS_FOLDER } from '../reports/index.ts';
import { ConformanceResult } from '../reports/schema/index.ts';

/** The command as a user starts it. */
const ROOT = join(import.meta.dirname, '..');
const RUNS = join(ROOT, RUNS_FOLDER);
const MUTATION = 'isolation/read-without-account';
const QUICK = ['--only', 'isolation/swapped-id', '--effort', 'fast'];

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly stdout: string;
}

let child: ChildProcess | undefined;
/** Only what this test has started runs below it: other tests of this checkout may be at work. */
afterEach(() => void child?.kill('SIGKILL'));

async function start(command: string, args: readonly string[]): Promise<Ended> {
  const started = spawn(command, args, { cwd: ROOT });
  child = started;
  let [output, stdout] = ['', ''];
  started.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
    stdout += chunk;
  });
  started.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const [code] = await once(started, 'close');
  return { code, output, stdout };
}
const conformance = (args: readonly string[]): Promise<Ended> =>
  start(COMMAND[0], [COMMAND[1], 'conformance', ...args]);

/** The stored result that the output names, and the names of its files; the folder is removed. */
function storedRun(output: string): { result: ConformanceResult; files: readonly string[] } {
  const name = /^Report +reports\/runs\/(\S+)\/report\.html$/m.exec(output)?.[1];
  if (!name) throw new Error(`no report is named in:\n${output}`);
  const folder = join(RUNS, name);
  const result = ConformanceResult.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));
  const files = readdirSync(folder).toSorted();
  rmSync(folder, { recursive: true });
  return { result, files };
}
const stored = (): string[] =>
  existsSync(RUNS) ? readdirSync(RUNS).filter((name) => name !== 'latest') : [];

describe('npm run conformance', () => {
  test('on the reference Worker: PASS, exit code 0, and a report in every form', async () => {
    const { code, stdout } = await conformance(QUICK);

    const { result, files } = storedRun(stdout);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ isolation\/swapped-id +\d+ claims?, \d+ controls? +[\d,]+ ms$/m);
    expect(stdout).toMatch(/^✓ PASS$/m);
    expect(result).toMatchObject({ verdict: { outcome: 'PASS' }, only: ['isolation/swapped-id'] });
    expect(files).toEqual(['junit.xml', 'report.html', 'result.json', 'results.sarif', 'summary.md']);
  });

  test('on a mutation: FAIL, and the command that it prints fails in the same way', async () => {
    const { code, stdout } = await conformance([...QUICK, '--mutation', MUTATION]);
    const first = storedRun(stdout).result;
    const command = /^ {4}(npm run conformance -- .*)$/m.exec(stdout)?.[1] ?? '';

    const again = await start('sh', ['-c', command]);

    const second = storedRun(again.stdout).result;
    expect([code, again.code]).toEqual([1, 1]);
    expect(command).toContain(`--mutation ${MUTATION}`);
    expect(first.verdict).toMatchObject({ outcome: 'FAIL', decidedBy: 'isolation/swapped-id' });
    // Both accounts attack at the same time, so that the order is not part of it.
    const broken = ({ checks }: ConformanceResult) => checks[0]?.broken.map(({ text }) => text).toSorted();
    expect(broken(second)).toEqual(broken(first));
  });

  test('--runs goes on with the next seed, and stores the last run', async () => {
    const before = stored();

    const { code, stdout } = await conformance([...QUICK, '--seed', '5', '--runs', '2']);

    const added = stored().filter((name) => !before.includes(name) && !name.startsWith('.'));
    for (const name of added) rmSync(join(RUNS, name), { recursive: true });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^run 1 of 2, seed 5: PASS, 1 of 1 checks passed, [\d.]+ s\nrun 2 of 2, seed 6: PASS/m,
    );
    expect(stdout).toContain('2 runs passed.');
    expect(added.length).toBeGreaterThan(0);
  });

  test('on a target that is not there: VOID, exit code 3, and the next step', async () => {
    const tokens = join(mkdtempSync(join(tmpdir(), 'conformance-')), 'tokens.json');
    writeFileSync(tokens, JSON.stringify({ subject: { account: 'acme', token: 'secret-of-acme' } }));

    const { code, output, stdout } = await conformance([
      '--target',
      'http://localhost:9',
      '--tokens',
      tokens,
    ]);

    const { result } = storedRun(stdout);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^∅ VOID {2}decided by preflight\nunreachable: No whole answer came from http/m);
    expect(result.checks).toEqual([]);
    expect(output).not.toContain('secret-of-acme');
  });

  test('Ctrl-C: exit code 130, no result, no process', async () => {
    const before = stored();
    let workers: string[] = [];

    const ended = conformance(['--only', 'isolation']);
    const started = () => {
      workers = processesBelow(child?.pid);
      return workers.length;
    };
    // The data plane and two Workers.
    await expect.poll(started, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    child?.kill('SIGINT');
    const { code, output } = await ended;

    expect(code).toBe(130);
    expect(output).toContain('interrupted: stopping; no result is written.');
    expect(stored()).toEqual(before);
    expect(workers.length).toBeGreaterThan(0);
    // What guards them against a killed command ends a moment after it.
    await expect
      .poll(() => workers.filter((pid) => processesBelow(undefined).includes(pid)), { timeout: 10_000 })
      .toEqual([]);
  });
});

/** Process ids below a process, or of all processes. */
function processesBelow(pid: number | undefined): string[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/));
  if (pid === undefined) return pairs.map(([id = '']) => id);
  const below = pairs.filter(([, parent]) => parent === String(pid)).map(([id = '']) => id);
  return [...below, ...below.flatMap((id) => processesBelow(Number(id)))];
}

describe('a mistake is refused with exit code 4 before anything is started', () => {
  test.each([
    ['an unknown option', ['--onyl', 'cache'], '--onyl'],
    ['an unknown check', ['--only', 'cache/nothing'], 'bad_option: --only: there is no check and no area'],
    [
      'a file that is not there',
      ['--entry', 'nowhere.ts'],
      `bad_option: --entry: there is no file ${join(ROOT, 'nowhere.ts')}.`,
    ],
  ])('%s', async (_, args, named) => {
    const { code, output } = await conformance(args);

    expect(code).toBe(4);
    expect(output).toContain(named);
    expect(output).not.toContain('starting');
  });
});

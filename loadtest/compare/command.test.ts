import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { COMMAND } from '../../reports/command/command.testing.ts';
import { RUNS_FOLDER, type RunResult, writeRun } from '../../reports/index.ts';
import { sampleResult } from '../../reports/testing/sample-result.ts';

/** The command as a user starts it. */
const ROOT = join(import.meta.dirname, '..', '..');
const RUNS = join(ROOT, RUNS_FOLDER);
const STATE = join(ROOT, '.shardproof', 'state', 'shared-shards', 'compare-shared');
const POLL_EVERY_MS = 250;

const storedRuns = (): string[] =>
  existsSync(RUNS) ? readdirSync(RUNS).filter((name) => name !== 'latest') : [];
/** Processes of this checkout's comparison, by what is on their command lines. */
const leftovers = (): string[] =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(STATE));

/** @param disturb called once users are at work */
async function compare(args: readonly string[], disturb: (pid: number) => void = () => undefined) {
  const child = spawn(COMMAND[0], [COMMAND[1], 'compare', ...args], { cwd: ROOT });
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk;
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const watch = setInterval(() => {
    if (!output.includes('load:') || leftovers().length === 0) return;
    clearInterval(watch);
    disturb(child.pid ?? 0);
  }, POLL_EVERY_MS);
  const [code] = await once(child, 'close').finally(() => clearInterval(watch));
  return { code, output };
}

test('Ctrl-C: exit code 130, no result, no process', async () => {
  const before = storedRuns();

  const ended = await compare(['--users', '60', '--size', '8MB', '--pairs', '6'], (pid) =>
    process.kill(pid, 'SIGINT'),
  );

  expect(ended.code).toBe(130);
  expect(storedRuns()).toEqual(before);
  expect(leftovers()).toEqual([]);
});

test('a mistake is refused with exit code 4 before anything starts', async () => {
  const ended = await compare(['--neighbour', 'quiet']);

  expect(ended.code).toBe(4);
  expect(ended.output).toContain('bad_option: --neighbour');
  expect(ended.output).not.toContain('compare: block');
});

describe('two stored runs', () => {
  const stored: string[] = [];
  afterEach(() => {
    for (const folder of stored.splice(0)) rmSync(folder, { recursive: true });
  });

  let at = Date.UTC(2026, 10, 22);
  function startedAt(): string {
    at += 60_000;
    return new Date(at).toISOString();
  }
  async function store(name: string, overrides: Partial<RunResult> = {}): Promise<string> {
    const runId = `compare-test-${process.pid}-${name}`;
    stored.push(
      await writeRun({ ...sampleResult(), ...overrides, runId, startedAt: startedAt() }, { root: ROOT }),
    );
    return runId;
  }
  const { timeline, environment } = sampleResult();
  const slower = timeline.map((second) => ({ ...second, p95Ms: second.p95Ms * 1.5 }));

  test.each<[string, Partial<RunResult>, number, string]>([
    ['as fast as before', {}, 0, 'No regression'],
    ['slower', { timeline: slower }, 1, 'Regression: p95 of a second is higher'],
    ['from another machine', { environment: { ...environment, cpuCount: 64 } }, 4, 'not_comparable'],
  ])('of which the second is %s', async (_, overrides, code, said) => {
    const [baseline, candidate] = [await store('before'), await store('after', overrides)];

    const ended = await compare(['--baseline', baseline, '--candidate', candidate]);

    expect(ended.output).toContain(said);
    expect(ended.code).toBe(code);
  });

  test('that are one and the same', async () => {
    const name = await store('once');

    const ended = await compare(['--baseline', name, '--candidate', name]);

    expect([ended.code, ended.output]).toEqual([4, expect.stringContaining('same_run')]);
  });

  test('of which one is not there', async () => {
    const ended = await compare(['--baseline', 'none', '--candidate', 'none']);

    expect([ended.code, ended.output]).toEqual([4, expect.stringContaining('There is no run in')]);
  });
});

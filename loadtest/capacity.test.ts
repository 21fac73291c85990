import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { COMMAND } from '../reports/command/command.testing.ts';
import { decide, exitCodeOf, RUNS_FOLDER, type RunResult, readRun, runFolder } from '../reports/index.ts';

/**
 * The command as a user starts it: a small run to its end, and runs in which something is killed. What dies is
 * found by its command line, as an outsider would find it.
 */
const ROOT = join(import.meta.dirname, '..');
const STATE = join(ROOT, '.shardproof');
const RUNS = join(ROOT, RUNS_FOLDER);
const SMALL = ['--scenario', 'smoke', '--users', '10', '--hold', '30'];
const POLL_EVERY_MS = 250;

// By this checkout's own paths: another one may be running on the same machine.
const victims = {
  k6: ['k6 run ', join(STATE, 'state', 'shared-shards', 'shared', 'journey.js')],
  workerd: ['workerd serve ', join(STATE, 'state', 'shared-shards', 'shared', 'worker-shared.capnp')],
  'data plane': [join('data-plane', 'entry.ts'), join(STATE, 'state', 'shared-shards', 'shared')],
} as const;

/** Processes whose command line holds all of the texts. */
function pidsOf(texts: readonly string[]): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => texts.every((text) => line.includes(text)))
    .map((line) => Number.parseInt(line, 10));
}
const leftovers = (): number[] => Object.values(victims).flatMap(pidsOf);
const storedRuns = (): string[] =>
  existsSync(RUNS) ? readdirSync(RUNS).filter((name) => name !== 'latest') : [];

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

let child: ChildProcessWithoutNullStreams | undefined;

/** Starts the command and calls `disturb` once everything that may be killed is running. */
async function capacity(args: readonly string[], disturb: (runner: number) => void): Promise<Ended> {
  const started = spawn(COMMAND[0], [COMMAND[1], 'capacity', ...args], { cwd: ROOT });
  child = started;
  let output = '';
  let disturbed = false;
  const read = (chunk: Buffer): void => {
    output += chunk;
  };
  started.stdout.on('data', read);
  started.stderr.on('data', read);
  const watch = setInterval(() => {
    if (disturbed || !output.includes('load:') || pidsOf(victims.k6).length === 0) return;
    disturbed = true;
    disturb(started.pid ?? 0);
  }, POLL_EVERY_MS);
  const [code] = await once(started, 'close').finally(() => clearInterval(watch));
  return { code, output };
}

const kill = (texts: readonly string[]) => () => {
  const pids = pidsOf(texts);
  if (pids.length !== 1) throw new Error(`${texts.join(' and ')} name ${pids.length} processes`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
};

afterEach(() => void child?.kill('SIGKILL'));

describe('a run in which something is killed', () => {
  test.each([
    ['k6', 3, 'VOID', 'generator-ended-early'],
    ['data plane', 3, 'VOID', 'data-plane-ended-early'],
    ['workerd', 1, 'FAIL', 'worker-ended-early'],
  ] as const)(
    '%s: ends with exit code %i, %s and the reason, and leaves no process',
    async (victim, code, outcome, signal) => {
      const before = storedRuns();

      const ended = await capacity(SMALL, kill(victims[victim]));

      const [run = ''] = storedRuns().filter((name) => !before.includes(name));
      const result: RunResult = await readRun(runFolder(ROOT, run));
      rmSync(runFolder(ROOT, run), { recursive: true });
      expect(ended.code).toBe(code);
      expect(ended.output).toContain(`decided by ${signal}`);
      expect(result.verdict).toMatchObject({ outcome, signal });
      expect(result.signals.find(({ id }) => id === signal)?.title).toContain('SIGKILL');
      expect(leftovers()).toEqual([]);
    },
  );

  test('Ctrl-C: exit code 130, no result, no process', async () => {
    const before = storedRuns();

    const ended = await capacity(SMALL, (runner) => process.kill(runner, 'SIGINT'));

    expect(ended.code).toBe(130);
    expect(storedRuns()).toEqual(before);
    expect(leftovers()).toEqual([]);
  });

  test('kill -9 of the command itself takes everything with it', async () => {
    await capacity(SMALL, (runner) => process.kill(runner, 'SIGKILL'));

    await expect.poll(leftovers, { timeout: 10_000 }).toEqual([]);
  });
});

describe('a run with a behaviour', () => {
  test('reports what was modelled and what each fault did, and is inconclusive for the one that never fired', async () => {
    const behaviour = join(mkdtempSync(join(tmpdir(), 'behaviour-')), 'lossy.json');
    const lost = { id: 'lost', kind: 'connection-lost', access: 'read', when: 'before' };
    const overloaded = { id: 'far-off', kind: 'overloaded', reason: 'too-many-queued', fromMs: 3_600_000 };
    // So few that the Worker's own repetition of reads survives them.
    const faults = [{ ...lost, share: 0.05, times: 5 }, overloaded];
    writeFileSync(behaviour, JSON.stringify({ latency: 'uk-eu', faults }));
    const before = storedRuns();

    const ended = await capacity([...SMALL, '--hold', '5', '--latency', behaviour], () => undefined);

    const [run = ''] = storedRuns().filter((name) => !before.includes(name));
    const result: RunResult = await readRun(runFolder(ROOT, run));
    rmSync(runFolder(ROOT, run), { recursive: true });
    expect(result.behaviour.latencyProfile.name).toBe('uk-eu');
    expect(result.behaviour.faults).toMatchObject([{ id: 'lost' }, { id: 'far-off', count: 0, firings: [] }]);
    const [fired] = result.behaviour.faults;
    expect(fired?.count).toBeGreaterThan(0);
    expect(fired?.firings).toHaveLength(fired?.count ?? 0);
    expect(fired?.firings[0]).toMatchObject({ pop: expect.any(String), access: 'read' });
    // Not the whole verdict: a machine that is busy with other tests may void this run besides.
    const ofBehaviour = result.signals.filter(({ id }) => id === 'planned-faults-fired');
    expect(decide(ofBehaviour)).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'planned-faults-fired' });
    expect(ofBehaviour[0]?.title).toContain('(far-off)');
    expect(ended.code).toBe(exitCodeOf[result.verdict.outcome]);
    expect(ended.output).toMatch(/^Modelled +network to D1, D1 service time;/m);
    expect(ended.output).toMatch(/^Replication +disabled, as a database is created/m);
    expect(ended.output).toContain('far-off (overloaded): never fired');
    expect(ended.output).toContain(`--latency ${behaviour}`);
    expect(leftovers()).toEqual([]);
  });
});

describe('a mistake on the command line', () => {
  test.each([
    ['an unknown option', ['--usres', '10'], '--usres'],
    ['an unreadable size', ['--size', 'big'], 'bad_size'],
    ['a size over what a D1 database holds', ['--size', '11GB'], 'size'],
    ['no users', ['--users', '0'], '--users'],
    ['an unknown scenario', ['--scenario', 'huge'], '--scenario'],
    ['a behaviour that is not there', ['--latency', 'moon.json'], 'bad_behaviour: moon.json'],
  ])('%s is refused with exit code 4 before anything starts', async (_, args, named) => {
    const ended = await capacity(args, () => undefined);

    expect(ended.code).toBe(4);
    expect(ended.output).toContain(named);
    expect(ended.output).not.toContain('load:');
  });
});

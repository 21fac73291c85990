import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { platformOf, type Target } from '../../reference-worker/target/index.ts';
import type { Check, Context } from '../checks/index.ts';
import { runChecks } from './run-checks.ts';

const check = (
  name: string,
  environment: Check['environment'],
  run: (context: Context) => unknown,
): Check => ({
  id: `isolation/${name}`,
  title: 'A title.',
  requirements: ['A7'],
  severity: 'high',
  environment,
  needs: [],
  method: 'A method.',
  async run(context) {
    await run(context);
    context.evidence.control('it could have failed', true);
    context.evidence.claim('it holds', true);
  },
});

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Runs checks, and tells which processes there were. */
function start(checks: readonly Check[], more: { signal?: AbortSignal; entry?: string } = {}) {
  const targets: Target[] = [];
  const seen: string[] = [];
  const { signal = new AbortController().signal, entry } = more;
  const ended = runChecks({
    system,
    checks,
    entry,
    signal,
    seed: 1,
    effort: 'fast',
    onOutcome: (outcome) => void seen.push(outcome.check.id),
    onStarted: (target) => void targets.push(target),
  });
  const pids = (): number[] =>
    targets.flatMap((target) => platformOf(target).platform.processes.map(({ pid }) => pid));
  return { ended, seen, targets, pids };
}

function workerOf(source: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'run-checks-')), 'worker.ts');
  writeFileSync(file, source);
  return file;
}

describe('a run on the local platform', () => {
  test('starts the environments that it needs, keeps the order of the checks, and leaves no process', async () => {
    const environments: string[] = [];
    const note = ({ target }: Context): void => void environments.push(target.environment);
    const checks = [
      check('one', 'simulated-time', note),
      check('two', 'real-time', note),
      check('three', 'simulated-time', note),
    ];

    const { ended, seen, pids } = start(checks);
    const outcomes = await ended;

    expect(outcomes.map((outcome) => [outcome.check.id, outcome.verdict])).toEqual(
      checks.map(({ id }) => [id, 'PASS']),
    );
    expect(environments.toSorted()).toEqual(['real-time', 'simulated-time', 'simulated-time']);
    expect(seen.toSorted()).toEqual(checks.map(({ id }) => id).toSorted());
    expect(pids().length).toBeGreaterThan(3);
    expect(pids().filter(isRunning)).toEqual([]);
  });

  test('that is interrupted ends although a check hangs, and leaves no process', async () => {
    const controller = new AbortController();
    const hangs = check('hangs', 'real-time', () => {
      controller.abort(new Error('Ctrl-C'));
      return new Promise(() => undefined);
    });

    const { ended, pids, seen } = start(
      [hangs, check('next', 'simulated-time', () => undefined)],
      controller,
    );

    await expect(ended).rejects.toThrow('Ctrl-C');
    expect(seen).not.toContain('isolation/hangs');
    expect(pids().length).toBeGreaterThan(0);
    expect(pids().filter(isRunning)).toEqual([]);
  });

  test('says of a check that it was not run when the Worker had ended before it', async () => {
    const kills = check('kills', 'real-time', async ({ target }) => {
      const { platform } = platformOf(target);
      for (const { role, pid } of platform.processes) if (role === 'worker') process.kill(pid, 'SIGKILL');
      await platform.failed;
    });

    const { ended } = start([kills, check('next', 'real-time', () => undefined)]);

    expect((await ended)[1]).toMatchObject({
      verdict: 'INCONCLUSIVE',
      reason: expect.stringMatching(/^It was not run: on the local platform \w+ had ended with SIGKILL\.$/),
    });
  });
});

describe('a Worker that cannot be judged', () => {
  const checks = [
    check('one', 'real-time', () => undefined),
    check('two', 'simulated-time', () => undefined),
  ];

  test('because it does not build, is refused', async () => {
    const { ended, targets } = start(checks, { entry: workerOf('import "./nowhere.ts";') });

    await expect(ended).rejects.toMatchObject({ code: 'worker_does_not_build' });
    expect(targets).toEqual([]);
  });

  test('because it fails at everything, is told apart from one that is wrong', async () => {
    const entry = workerOf('export default { fetch: () => new Response("no", { status: 500 }) };');

    const { ended, seen, pids } = start(checks, { entry });

    await expect(ended).rejects.toMatchObject({ code: 'target_failing' });
    expect(seen).toEqual([]);
    expect(pids().filter(isRunning)).toEqual([]);
  });
});

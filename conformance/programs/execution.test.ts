import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { type StartedTarget, startLocal } from '../../reference-worker/target/index.ts';
import { runProgram } from './execution.ts';
import type { Change, ProgramMode, ReadStep, Step, WriteStep } from './program.ts';
import { programs } from './random-programs.ts';
import { SETTLE_MS } from './stepped-run.ts';

let started: StartedTarget;
beforeAll(async () => {
  started = await startLocal({ system, environment: 'simulated-time', seed: 1 });
});
afterAll(() => started?.stop());

let runs = 0;
const run = (mode: ProgramMode, ...steps: Step[]) => {
  runs += 1;
  return runProgram({ mode, steps }, started.target, `execution-${runs}`);
};

const request = { session: 'A', pop: 'LHR', fault: 'none' } as const;
const put: Change = { kind: 'put', key: 'x', condition: 'none' };
const write = (changes: readonly Change[], special: Partial<WriteStep> = {}): WriteStep => ({
  kind: 'write',
  ...request,
  changes,
  ...special,
});
const read = (of: ReadStep['of'], special: Partial<ReadStep> = {}): ReadStep => ({
  kind: 'read',
  ...request,
  of,
  how: 'plain',
  ...special,
});
const wait = (ms: number): Step => ({ kind: 'wait', ms });

describe('a history', () => {
  test('tells what was written and seen, and ends with a read of every document', async () => {
    const batch = write([put, { ...put, key: 'y' }]);

    const { history, elapsedMs } = await run('plain', batch, wait(1_000), read('all', { session: 'B' }));

    const x = { key: 'x', value: 'A0x', version: 1 };
    const y = { key: 'y', value: 'A0y', version: 1 };
    expect(history.operations).toEqual([
      {
        kind: 'write',
        ...{ session: 'A', pop: 'LHR', invoked: 0, completed: 0, outcome: 'ok' },
        effects: [
          { kind: 'put', ...x },
          { kind: 'put', ...y },
        ],
      },
      {
        kind: 'read',
        ...{ session: 'B', pop: 'LHR', invoked: 2, completed: 2 },
        seen: [
          { ...x, from: 'WEUR replica' },
          { ...y, from: 'WEUR replica' },
        ],
      },
      expect.objectContaining({ session: 'Z', invoked: 4, seen: [expect.objectContaining(x)] }),
      expect.objectContaining({ session: 'Z', invoked: 5, seen: [expect.objectContaining(y)] }),
    ]);
    expect(elapsedMs.slice(0, 5)).toEqual([0, 0, 1_000, 1_000, 1_000 + SETTLE_MS]);
  });

  test('has a read that waits for its replica, and leaves out what its session would do meanwhile', async () => {
    const { history } = await run(
      'plain',
      write([put]),
      read('x', { pop: 'EDI' }),
      write([put]),
      wait(5_000),
    );

    expect(history.operations.slice(0, 2)).toMatchObject([
      { kind: 'write', invoked: 0, completed: 0 },
      { kind: 'read', invoked: 1, completed: 3, seen: [{ version: 1, from: 'EEUR replica' }] },
    ]);
    expect(history.operations).toHaveLength(3);
  });

  test('has writes that demand what their session saw, and those that are refused', async () => {
    const seen: Change = { ...put, condition: 'seen' };
    const outdated: Change = { ...put, condition: 'outdated' };

    const { history } = await run(
      'plain',
      write([seen]),
      write([seen]),
      write([outdated]),
      write([{ ...put, kind: 'create' }]),
    );

    expect(history.operations.slice(0, 4)).toMatchObject([
      { outcome: 'ok', effects: [{ version: 1 }] },
      { outcome: 'ok', effects: [{ expected: 1, version: 2 }] },
      { outcome: 'failed', effects: [{ expected: 1 }] },
      { outcome: 'failed', effects: [{ kind: 'create' }] },
    ]);
  });

  test.each([
    ['reply-lost', 2],
    ['reply-cut', 2],
    ['reset-after-commit', 2],
    ['request-lost', 1],
    ['reset-before-commit', 1],
    ['overloaded', 1],
  ] as const)(
    'leaves the outcome of a write open after %s, and shows it in the end',
    async (fault, version) => {
      const { history } = await run('faulty', write([put]), write([put], { fault }), wait(1_000));

      const [, faulty, last] = history.operations;
      expect(faulty).toMatchObject({ outcome: 'unknown', effects: [{ value: 'A1x' }] });
      expect(last).toMatchObject({ seen: [{ version }] });
    },
  );

  test('has requests that overlap when the database is busy', async () => {
    const steps = [write([put]), write([put], { session: 'B' }), wait(1_000)];

    const { history } = await run('busy', ...steps);

    expect(history.operations.slice(0, 2)).toMatchObject([
      { session: 'A', invoked: 0, completed: 2, effects: [{ version: 1 }] },
      { session: 'B', invoked: 1, completed: 2, effects: [{ version: 2 }] },
    ]);
  });

  test('has answers without content, pages, and a join, each of which shows what it shows', async () => {
    const forms = [read('x', { how: 'head' }), read('x', { how: 'if-changed' })];
    const pages = [read('all', { how: 'pages' }), read('all', { how: 'join' })];
    const batch = write([put, { ...put, key: 'y' }]);

    const { history } = await run('plain', batch, wait(1_000), ...forms, ...pages, wait(1_000));

    const x = { key: 'x', version: 1 };
    const y = { key: 'y', version: 1 };
    const reads = history.operations.filter(({ kind, session }) => kind === 'read' && session === 'A');
    const shown = reads.map((each) =>
      each.kind === 'read' ? each.seen.map(({ key, version, value }) => ({ key, version, value })) : [],
    );
    // What belongs together is made before the program begins, which takes two steps.
    const [xShown, yShown] = [
      { ...x, value: 'A2x' },
      { ...y, value: 'A2y' },
    ];
    expect(shown).toEqual([[x], [x], [xShown], [yShown], [xShown, yShown]]);
  });

  test('keeps the exchanges that it was made from', async () => {
    const { history, exchanges } = await run('plain', write([put]), read('x', { pop: 'MAN' }), wait(1_000));

    const sent = history.operations.map((operation) => exchanges.get(operation)?.request.method);
    expect(sent).toEqual(['PUT', 'GET', 'GET']);
  });
});

/** But for who answered: the Worker fills its cache when it has answered, in real time, which the next read may overtake. */
const toldBy = ({ history }: Awaited<ReturnType<typeof run>>): string =>
  JSON.stringify(history, (name, value) => (name === 'from' ? undefined : value));

test('a program leaves the same history whenever it runs', async () => {
  const drawn = fc.sample(
    programs(() => true),
    { seed: 2, numRuns: 15 },
  );
  const differences: unknown[] = [];

  for (const { mode, steps } of drawn) {
    const [one, other] = [await run(mode, ...steps), await run(mode, ...steps)];
    if (toldBy(one) !== toldBy(other)) differences.push([toldBy(one), toldBy(other)]);
  }

  expect(differences).toEqual([]);
});

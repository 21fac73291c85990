import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import {
  applyMutation,
  readMutations,
  type StartedTarget,
  startLocal,
} from '../../../reference-worker/target/index.ts';
import { isRead } from '../../history/index.ts';
import type { Recording } from '../../programs/index.ts';
import type { Check } from '../check.ts';
import { checkRunner } from '../run-check.ts';
import { directed } from './directed.ts';
import { GUARANTEE_CHECKS } from './guarantee-checks.ts';
import { Recordings } from './recordings.ts';

function checkOf(guarantee: string): Check {
  const check = GUARANTEE_CHECKS.find(({ id }) => id === `consistency/${guarantee}`);
  if (!check) throw new Error(`there is no check of ${guarantee}`);
  return check;
}
const monotonicWrites = checkOf('monotonic-writes');

/** A hundred programs take a few seconds, or a minute on a machine that has much else to do. */
const SHRINKING = { timeout: 300_000 };

describe('recordings', () => {
  let started: StartedTarget;
  beforeAll(async () => {
    started = await startLocal({ system, environment: 'simulated-time', seed: 1 });
  });
  afterAll(() => started?.stop());
  const recordingsOf = (name: string, path?: string) =>
    new Recordings({ target: started.target, seed: 3, effort: 'fast', path }, name);
  const isSeenTwiceWritten = ({ history: { operations } }: Recording): boolean =>
    operations.some(
      (operation) =>
        isRead(operation) && !operation.strong && operation.seen.some(({ version }) => version === 2),
    );

  test('shrink a long program to the smallest, which its path finds again', SHRINKING, async () => {
    const recordings = recordingsOf('shrinking');
    const isLong = (index: number) => (recordings.programs[index]?.steps.length ?? 0) > 20;
    const long = [...recordings.programs.keys()].filter(isLong);
    let broken: number | undefined;
    for (const index of long) {
      const program = recordings.programs[index];
      if (broken === undefined && program && isSeenTwiceWritten(await recordings.of(program))) broken = index;
    }

    const { program, path } = await recordings.smallest(broken ?? 0, isSeenTwiceWritten);

    // Of three steps, or of four where one session waits for another: which it is depends on the program it began with.
    expect(program.steps.length).toBeLessThanOrEqual(4);
    expect(isSeenTwiceWritten(await recordings.of(program))).toBe(true);
    expect(recordingsOf('again', path).programs).toEqual([program]);
  });

  test('begin with the directed programs, and go on with others for each seed', () => {
    const { programs } = recordingsOf('drawn');

    const first = directed(() => true);
    expect(programs.slice(0, first.length)).toEqual(first);
    expect(programs.length).toBeGreaterThan(first.length + 30);
    expect(recordingsOf('again').programs).toEqual(programs);
  });

  test('prove nothing where nothing could have broken the guarantee', async () => {
    const run = checkRunner(started.target, { seed: 3, effort: 'fast', path: '0' });

    const { verdict, reason } = await run(checkOf('atomic-batch'));

    expect(verdict).toBe('INCONCLUSIVE');
    expect(reason).toMatch('there are batches that were acknowledged in 1 history: 0');
  });

  test('a path that leads nowhere is an error', () => {
    expect(() => recordingsOf('nowhere', '0:999')).toThrow('no program is at 0:999');
  });
});

test('a check that fails says on which path, and goes straight there when told to', SHRINKING, async () => {
  const mutation = readMutations(system).find(({ check }) => check === monotonicWrites.id);
  if (!mutation) throw new Error('no mutation for monotonic writes');
  const { entry, remove } = applyMutation(mutation, system);
  const outcomeOn = async (path?: string) => {
    const { target, stop } = await startLocal({ system, environment: 'simulated-time', seed: 1, entry });
    return checkRunner(target, { seed: 5, effort: 'fast', path })(monotonicWrites).finally(stop);
  };
  try {
    const first = await outcomeOn();
    const again = await outcomeOn(first.witness?.replay?.replace('--path ', ''));

    expect(first.verdict).toBe('FAIL');
    expect(again.reason).toMatch('in 1 history');
    expect(again.witness?.sentences).toEqual(first.witness?.sentences);
    expect(first.witness?.exchanges.length).toBeGreaterThan(2);
    expect(first.witness?.attachments?.map(({ name }) => name)).toEqual([
      'timeline.svg',
      'history.elle.edn',
      'document-1.knossos.edn',
      'document-2.knossos.edn',
      'history.jsonl',
    ]);
  } finally {
    remove();
  }
});

test('directed programs need no more than the target can do', () => {
  const without = directed((kind) => kind !== 'batch' && kind !== 'delete');

  const kinds = without.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'write' ? step.changes.map(({ kind }) => kind) : [])),
  );
  expect(kinds).not.toContain('delete');
  expect(without.length).toBeGreaterThan(5);
  expect(without.length).toBeLessThan(directed(() => true).length);
});

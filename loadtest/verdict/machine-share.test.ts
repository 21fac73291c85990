import { describe, expect, test } from 'vitest';
import type { ModelledRun } from '../queue-model/index.ts';
import { clean, totals } from '../testing/clean-evidence.ts';
import { CLIMB_SECONDS, climbed, kneeIn, ladder, patient, usersOf, verdictOf } from '../testing/climbed.ts';
import { answersWithin, oneAtATime, type SimulatedTarget } from '../testing/simulated-targets.ts';
import { climbOf } from './rungs.ts';
import { signalsOf } from './signals.ts';

describe('what of an answer is this machine', () => {
  /** From the seventh rung on every answer takes up to 400 ms, and throughput still follows. */
  const slowing: SimulatedTarget = ({ atSeconds, ...request }) =>
    answersWithin(atSeconds > 6 * CLIMB_SECONDS ? 400 : 10)({ atSeconds, ...request });
  const fast = () => 30;

  test('ends the ladder VOID where the model alone keeps the objective, and names the others', () => {
    const evidence = climbed({ target: slowing, modelledMs: fast, busyPercent: 99, foreignPercent: 95 });

    expect(climbOf(evidence)).toMatchObject({ rungs: { length: 6 }, isMachines: true });
    expect(verdictOf(evidence)).toMatchObject({ outcome: 'VOID', signal: 'ladder-end' });
    expect(verdictOf(evidence).reason).toMatch(
      /p95 of \S+ was 39\d ms, of which the target has \S+ ms; other processes used 95 % of 200 %/,
    );
  });

  test('is nothing where the machine had time to spare: the target is slow by itself', () => {
    expect(kneeIn(climbed({ target: slowing, modelledMs: fast, busyPercent: 30 }))).toMatchObject({
      state: 'found',
      virtualUsers: usersOf(ladder, 5),
    });
  });

  test('is nothing where the model alone misses the objective, too', () => {
    const modelledMs = (rung: number) => (rung > 5 ? 300 : 30);

    expect(kneeIn(climbed({ target: slowing, modelledMs, busyPercent: 99 }))).toMatchObject({
      state: 'found',
      virtualUsers: usersOf(ladder, 5),
    });
  });

  test('is left out where it is small: the objective is held against the target', () => {
    // 110 ms at most, a p95 of 107 ms: over the 100 ms of open-client by less than a quarter of it.
    const nearly: SimulatedTarget = ({ atSeconds, ...request }) =>
      answersWithin(atSeconds > 6 * CLIMB_SECONDS ? 110 : 10)({ atSeconds, ...request });
    const modelledMs = () => 90;

    expect(kneeIn(climbed({ target: nearly, modelledMs, busyPercent: 99 }))?.state).toBe('beyond');
    expect(kneeIn(climbed({ target: nearly, modelledMs, busyPercent: 30 }))?.state).toBe('found');
  });

  test('is throughput that stops where that of the model alone does not', () => {
    const evidence = climbed({
      scenario: patient,
      target: oneAtATime(40),
      modelledMs: fast,
      busyPercent: 99,
    });
    const answers = new Map(
      [...(evidence.modelled?.answers ?? [])].map(([name, each], rung) => [
        name,
        { ...each, requestsPerSecond: 8.3 * (rung + 1) },
      ]),
    );
    const modelled = evidence.modelled && { ...evidence.modelled, answers };

    expect(climbOf({ ...evidence, modelled })?.spoiledBy).toMatch(/where the model alone answers/);
    expect(verdictOf({ ...evidence, modelled })).toMatchObject({ outcome: 'VOID' });
  });

  test('a shortage of the generator beside foreign work is VOID, and none without it', () => {
    const short = { target: answersWithin(10), full: (rung: number) => (rung >= 4 ? 60 : 0) };

    expect(verdictOf(climbed({ ...short, foreignPercent: 100 }))).toMatchObject({
      outcome: 'VOID',
      signal: 'ladder-end',
    });
    expect(verdictOf(climbed(short)).outcome).toBe('PASS');
  });
});

describe('a run that is no ladder', () => {
  const crowded = { cores: 2, busyPercent: 99, foreignPercent: 120, crowdedPercent: 60 };

  test('is VOID by the work of others that left no core free, even where every objective holds', () => {
    const surroundings = { ...clean.surroundings, cpu: crowded, machineFullPercent: 60 };

    const verdict = verdictOf({ ...clean, surroundings });

    expect(verdict).toMatchObject({ outcome: 'VOID', signal: 'foreign-load' });
    expect(verdict.reason).toContain('other processes used 120 % of 200 %');
    expect(verdictOf(clean).outcome).toBe('PASS');
  });

  /** Every answer takes 400 ms, where the model alone has 30 ms. */
  const slow = (cpu: typeof crowded) => {
    const operations = new Map([['open-client', totals(400)]]);
    const aggregate = { ...clean.aggregate, operations, total: totals(400) };
    const alone = {
      ...{ requestsPerSecond: 1, failureShare: 0, busyShare: 0, meanMs: 20, p95Ms: 30 },
      p95MsByOperation: new Map([['open-client' as const, 30]]),
    };
    const modelled = { answers: new Map([['hold', alone]]), simulation: {} as ModelledRun['simulation'] }; // not looked at
    return signalsOf({
      ...clean,
      aggregate,
      modelled,
      surroundings: { ...clean.surroundings, cpu },
    }).find(({ id }) => id === 'machine-share');
  };

  test('is VOID where an objective was missed by this machine alone, and not where it had time to spare', () => {
    expect(slow({ ...crowded, foreignPercent: 0, crowdedPercent: 0 })).toMatchObject({
      holds: false,
      onBreach: 'VOID',
    });
    expect(slow({ ...crowded, busyPercent: 30, foreignPercent: 0, crowdedPercent: 0 })?.holds).toBe(true);
  });
});

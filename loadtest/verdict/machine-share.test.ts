import { describe, expect, test } from 'vitest';
import { CLIMB_SECONDS, climbed, kneeIn, ladder, patient, usersOf, verdictOf } from '../testing/climbed.ts';
import { answersWithin, oneAtATime, type SimulatedTarget } from '../testing/simulated-targets.ts';
import { climbOf } from './rungs.ts';

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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivalsOf, lateMs, openShape } from './open-model.ts';

const phase = (name: string, share: number, counts = false, seconds = 10) => ({
  name,
  seconds,
  share,
  counts,
});

describe('the plateau of an open scenario', () => {
  test.each([
    ['after one ramp', [phase('ramp', 1), phase('settle', 1), phase('hold', 1, true)], ['settle', 'hold']],
    [
      'after a detour',
      [phase('up', 1), phase('stay', 1), phase('down', 0.5), phase('hold', 0.5, true)],
      ['hold'],
    ],
    ['not at all, when the rate changes to the end', [phase('up', 0.5), phase('further', 1)], []],
  ])('begins %s', (_, phases, plateau) => {
    const shape = openShape(phases);

    expect(shape.plateau.map(({ name }) => name)).toEqual(plateau);
    expect([...shape.leadIn, ...shape.plateau]).toEqual(phases);
  });

  test('has the period of its own rate, and lasts as long as its phases', () => {
    const phases = [phase('up', 0.5), phase('settle', 0.5, false, 3), phase('hold', 0.5, true, 7)];

    // 300 users at half the rate: 150 requests in 1.5 s.
    expect(arrivalsOf(phases, 300, 1_500)).toEqual({ everyMs: 10, lastsMs: 10_000 });
  });
});

describe('how late an iteration starts', () => {
  const arrivals = { everyMs: 4, lastsMs: 20_000 };

  test('is the time since its own tick', () => {
    fc.assert(
      fc.property(fc.nat(4_000), fc.double({ min: 0, max: 1_000, noNaN: true }), (iteration, late) => {
        const progress = (iteration * arrivals.everyMs + late) / arrivals.lastsMs;

        expect(lateMs(arrivals, progress, iteration)).toBeCloseTo(late, 6);
      }),
    );
  });

  test('is never below 0, however k6 rounds', () => {
    expect(lateMs(arrivals, 0.1 - 1e-12, 500)).toBe(0);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phaseAt, phaseEnds } from './phases.ts';

const phases = [
  { name: 'ramp', seconds: 2, share: 1, counts: false },
  { name: 'hold', seconds: 0.5, share: 1, counts: true },
  { name: 'going-home', seconds: 3, share: 0, counts: true },
];

describe('the phase of a moment', () => {
  test.each([
    [0, 'ramp'],
    [1999.9, 'ramp'],
    [2000, 'hold'],
    [2499.9, 'hold'],
    [2500, 'going-home'],
    [60_000, 'going-home'],
  ])('%d ms after the start is %s', (elapsedMs, name) => {
    expect(phaseAt(elapsedMs, phaseEnds(phases))).toBe(name);
  });

  test('is the one whose end is the first after it, whatever the phases', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lengths, fc.nat(30_000), (seconds, elapsed) => {
        const ends = phaseEnds(
          seconds.map((each, at) => ({ name: `phase-${at}`, seconds: each, share: 1, counts: true })),
        );

        const found = ends.names.indexOf(phaseAt(elapsed * 1000, ends));

        const isLast = found === seconds.length - 1;
        expect(found === 0 || (ends.endsMs[found - 1] ?? 0) <= elapsed * 1000).toBe(true);
        expect(isLast || elapsed * 1000 < (ends.endsMs[found] ?? 0)).toBe(true);
      }),
    );
  });
});

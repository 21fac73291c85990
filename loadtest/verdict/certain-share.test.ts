import fc from 'fast-check';
import { expect, test } from 'vitest';
import { certainShare } from './certain-share.ts';

test.each([
  [0, 500, 0],
  [1, 45, 0.000_22],
  [12, 500, 0.010_9],
  [45, 45, 0.902_7],
  // Far below what a double can hold in a single term.
  [4_000, 20_000, 0.193_5],
])('%i failures in %i requests are certainly a share of %f', (failures, requests, share) => {
  expect(certainShare(failures, requests)).toBeCloseTo(share, 3);
});

test('it is never more than what was seen, and grows with the failures', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 0, max: 100 }),
      (requests, failures) => {
        const seen = Math.min(failures, requests);
        const share = certainShare(seen, requests);

        expect(share).toBeLessThanOrEqual(seen / requests);
        if (seen > 0) expect(share).toBeGreaterThan(certainShare(seen - 1, requests));
      },
    ),
    { numRuns: 50 },
  );
});

import { expect, test } from 'vitest';
import { pricesOn } from './cost.ts';
import { billsOfMany } from './many-tenants.ts';
import { NO_USE } from './no-use.testing.ts';

const prices = pricesOn('2026-11-30');
if (!prices) throw new Error('no prices on that day');

test('tenants who use next to nothing pay the minimum of the Cloudflare accounts that hold them', () => {
  expect(billsOfMany(NO_USE, prices)).toEqual([
    { tenants: 10, shards: 1, accounts: 1, sharedUsd: 5, deploymentsUsd: 5 },
    { tenants: 100, shards: 1, accounts: 1, sharedUsd: 5, deploymentsUsd: 5 },
    { tenants: 1_000, shards: 1, accounts: 2, sharedUsd: 5, deploymentsUsd: 10 },
    { tenants: 10_000, shards: 1, accounts: 20, sharedUsd: 5, deploymentsUsd: 100 },
  ]);
});

test('what they use costs the same by either way, but for what each Cloudflare account includes', () => {
  // Each has 1 GB, at $0.75 a GB beyond the 5 that are included; and 100,000 requests, of which 10 million are.
  const [ten, , thousand] = billsOfMany({ ...NO_USE, storageGb: 1, requests: 100_000 }, prices);

  expect(ten).toMatchObject({ shards: 1, sharedUsd: 5 + 5 * 0.75, deploymentsUsd: 5 + 5 * 0.75 });
  expect(thousand).toMatchObject({ shards: 100, accounts: 2 });
  expect(thousand?.sharedUsd).toBeCloseTo(5 + 995 * 0.75 + 90 * 0.3, 9);
  expect(thousand?.deploymentsUsd).toBeCloseTo(10 + 990 * 0.75 + 80 * 0.3, 9);
});

import type { Headroom } from '../schema/index.ts';

/** One shard that grows, and what the account costs on either placement. */
export const sampleHeadroom: Headroom = {
  storage: [
    {
      shardId: 'shard-1',
      bytes: 5_312_000_000,
      limitBytes: 10_000_000_000,
      growthModel: 'history',
      growthBytesPerMonth: 321_000_000,
      monthsLeft: 14.6,
      ofLoad: { people: 4_012.4, growthBytesPerMonth: 2_160_000_000, monthsLeft: 2.17 },
    },
  ],
  bills: [
    {
      placement: 'shared',
      items: [
        { name: 'Worker requests', quantity: 412_600_000, unit: 'requests', usd: 120.78 },
        { name: 'D1 rows read', quantity: 6_240_000_000, unit: 'rows', usd: 0 },
        { name: 'D1 storage', quantity: 5.312, unit: 'GB-months', usd: 0.23 },
      ],
      totalUsd: 121.01,
      people: 4_012.4,
    },
    {
      placement: 'dedicated',
      items: [
        { name: 'Worker requests', quantity: 412_600_000, unit: 'requests', usd: 120.78 },
        { name: 'D1 rows read', quantity: 6_240_000_000, unit: 'rows', usd: 0 },
        { name: 'D1 storage', quantity: 5.312, unit: 'GB-months', usd: 0.23 },
        { name: 'D1 databases', quantity: 1, unit: 'databases', usd: 0.1 },
      ],
      totalUsd: 121.11,
      people: 4_012.4,
      condition: 'in the same Cloudflare account (its own: US$5.00 more, US$12.30 included)',
    },
  ],
  priceTable:
    'Read on 2026-11-20: developers.cloudflare.com/workers/platform/pricing/and-a-long-path-that-no-telephone-is-wide-enough-for.',
  assumptions: [
    'A month has 21 working days of 8 hours at the measured rate.',
    'The minimum of the Cloudflare account is on neither bill.',
  ],
};

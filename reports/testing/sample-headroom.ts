import type { Headroom } from '../schema/index.ts';

/** One shard that grows, and what the account costs on either placement. */
export const sampleHeadroom: Headroom = {
  storage: [
    {
      shardId: 'shard-1',
      bytes: 5_312_000_000,
      limitBytes: 10_000_000_000,
      growthBytesPerMonth: 321_000_000,
      monthsLeft: 14.6,
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
    },
    {
      placement: 'dedicated',
      items: [
        { name: 'Worker requests', quantity: 412_600_000, unit: 'requests', usd: 120.78 },
        { name: 'D1 rows read', quantity: 6_240_000_000, unit: 'rows', usd: 0 },
        { name: 'D1 storage', quantity: 5.312, unit: 'GB-months', usd: 0.0021 },
        { name: 'Account floor', quantity: 1, unit: 'month', usd: 5 },
      ],
      totalUsd: 125.78,
    },
  ],
  priceTable: "Cloudflare's price pages of Workers and D1, read on 2026-11-20",
  assumptions: [
    'A month has 21 working days of 8 hours at the measured rate.',
    'The $5 floor of Workers Paid is split over no other account.',
  ],
};

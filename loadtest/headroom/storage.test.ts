import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SIZE_BYTES } from '../../fixtures/generator/plan.ts';
import { SHARD_LIMIT_BYTES, storageOf } from './storage.ts';

test('the limit is the one that the fixtures keep to', () => {
  expect(SHARD_LIMIT_BYTES).toBe(MAX_SIZE_BYTES);
});

test('a shard that grows is full after the months that are left', () => {
  const size = fc.integer({ min: 0, max: SHARD_LIMIT_BYTES });
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 1e12 }), (bytes, growth) => {
      const { monthsLeft } = storageOf('shard', bytes, growth);

      expect(monthsLeft).not.toBeNull();
      expect(bytes + (monthsLeft ?? 0) * growth).toBeCloseTo(SHARD_LIMIT_BYTES, 2);
    }),
  );
});

test.each<[string, number, number, number | null]>([
  ['does not grow has no end', 5e9, 0, null],
  ['is full has no month left', 10e9, 1, 0],
  ['is overfull has none either', 11e9, 1, 0],
  ['holds 5 GB and grows by 50 MB a month has a hundred months left', 5e9, 50e6, 100],
])('a shard that %s', (_, bytes, growth, monthsLeft) => {
  expect(storageOf('shard', bytes, growth)).toEqual({
    shardId: 'shard',
    bytes,
    limitBytes: 10e9,
    growthBytesPerMonth: growth,
    monthsLeft,
  });
});

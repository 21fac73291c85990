import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SIZE_BYTES } from '../../fixtures/index.ts';
import { SHARD_LIMIT_BYTES, storageOf } from './storage.ts';

test('the limit is the one that the fixtures keep to', () => {
  expect(SHARD_LIMIT_BYTES).toBe(MAX_SIZE_BYTES);
});

test('a shard that grows is full after the months that are left', () => {
  const size = fc.integer({ min: 0, max: SHARD_LIMIT_BYTES });
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 1e12 }), (bytes, growthBytesPerMonth) => {
      const { ofLoad } = storageOf('shard', bytes, { people: 10, growthBytesPerMonth });

      expect(ofLoad?.monthsLeft).not.toBeNull();
      expect(bytes + (ofLoad?.monthsLeft ?? 0) * growthBytesPerMonth).toBeCloseTo(SHARD_LIMIT_BYTES, 2);
    }),
  );
});

test.each<[string, number, number, number | null]>([
  ['is not written to has no end', 5e9, 0, null],
  ['is full has no month left', 10e9, 1, 0],
  ['is overfull has none either', 11e9, 1, 0],
  ['holds 5 GB and grows by 50 MB a month has a hundred months left', 5e9, 50e6, 100],
])('a shard that %s', (_, bytes, growthBytesPerMonth, monthsLeft) => {
  const { ofLoad } = storageOf('shard', bytes, { people: 4_000, growthBytesPerMonth });

  expect(ofLoad).toEqual({ people: 4_000, growthBytesPerMonth, monthsLeft });
});

test('by the growth model a shard goes on as in the ten years of its documents, whatever is written in the run', () => {
  const alone = storageOf('shard', 6e9, undefined);
  const { ofLoad: _, ...written } = storageOf('shard', 6e9, { people: 4_000, growthBytesPerMonth: 2e9 });

  expect(alone).toEqual({
    ...{ shardId: 'shard', bytes: 6e9, limitBytes: 10e9, growthModel: 'history' },
    ...{ growthBytesPerMonth: 50e6, monthsLeft: 80 },
  });
  expect(written).toEqual(alone);
  expect(storageOf('shard', 0, undefined).monthsLeft).toBeNull();
});

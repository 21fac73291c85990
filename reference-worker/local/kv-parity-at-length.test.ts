import { expect, test } from 'vitest';
import { KNOWN_DIFFERENCES, kvDifferences } from './testing/kv-differences.ts';

test('thousands of generated KV calls show no difference that is not listed, and each that is', async () => {
  const { unexpected, known } = await kvDifferences(2, 5_000);

  expect(unexpected).toEqual([]);
  expect([...known.keys()].sort()).toEqual(KNOWN_DIFFERENCES.map(({ name }) => name).sort());
}, 300_000);

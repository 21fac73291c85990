import { expect, test } from 'vitest';
import { kvDifferences } from './testing/kv-differences.ts';

test('generated KV calls are answered as by miniflare, but for the differences that are listed', async () => {
  expect((await kvDifferences(1, 200)).unexpected).toEqual([]);
});

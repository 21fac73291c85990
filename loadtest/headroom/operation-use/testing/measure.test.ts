import { expect, test } from 'vitest';
import { measuredUse } from '../index.ts';
import { measureUse } from './measure.ts';

test('what the operations cost is what it was when operation-use.json was written', async () => {
  expect(await measureUse()).toEqual(measuredUse);
}, 400_000);

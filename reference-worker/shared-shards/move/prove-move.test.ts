import { expect, test } from 'vitest';
import { proveMoves } from './prove-move.ts';

test('the real Worker loses nothing while its account moves to and fro and the mover is killed', async () => {
  const proof = await proveMoves({ runs: 2, seed: 7 }, new AbortController().signal);

  expect(proof.violations).toEqual([]);
  expect(proof.writes).toBeGreaterThan(50);
  expect(proof.reads).toBeGreaterThan(50);
}, 120_000);

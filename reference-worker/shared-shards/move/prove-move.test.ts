import { expect, test } from 'vitest';
import { proveMoves } from './prove-move.ts';

test('the real Worker loses nothing while its account moves to and fro and the process that moves it is killed', async () => {
  // Seeds that kill early in a move: whether a late kill still finds a process hangs on how often D1 fails.
  const options = { runs: 3, seed: 9, users: 12, size: 400_000, kills: 3 };
  const proof = await proveMoves(options, new AbortController().signal);

  expect(proof.violations).toEqual([]);
  expect(proof.kills).toBeGreaterThan(1);
  expect(proof.writes).toBeGreaterThan(50);
  expect(proof.reads).toBeGreaterThan(50);
}, 180_000);

import { expect, test } from 'vitest';
import { coveringDraws, findFalseAlarm } from './draws.ts';

const SEED = 1;
/** The first of a greedy covering array meet most pairs. `npm run internal -- prove:alarms` judges all of them, and draws others. */
const WORKERS = 6;

test('no Worker that keeps what it promises is accused, whatever it leaves out', async () => {
  const examples = coveringDraws(SEED).slice(0, WORKERS);
  const passed: number[] = [];

  const found = await findFalseAlarm({
    ...{ examples, draws: 0, seed: SEED, signal: new AbortController().signal },
    onJudged: (judged) => passed.push(judged.passed),
  });

  expect(found).toBeUndefined();
  expect(passed).toHaveLength(WORKERS);
  // What judges nothing accuses nobody either.
  expect(Math.min(...passed)).toBeGreaterThan(10);
}, 300_000);

test('every two ways that can be had together are met by some Worker of the covering array', () => {
  const all = coveringDraws(SEED);

  expect(all.length).toBeLessThan(40);
  const met = (one: object): boolean =>
    all.some((each) => Object.entries(one).every(([name, way]) => Reflect.get(each, name) === way));
  expect(met({ ids: 'server', absent: '410' })).toBe(true);
  expect(met({ position: 'none', batches: 'each' })).toBe(true);
  expect(met({ position: 'cookie', cursors: 'sealed' })).toBe(true);
  expect(met({ told: 'nothing', ids: 'server' })).toBe(false);
});

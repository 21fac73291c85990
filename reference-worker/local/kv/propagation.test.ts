import { describe, expect, test } from 'vitest';
import { POPS, type Pop } from '../pops.ts';
import { PESSIMISTIC } from '../testing/open-namespace.ts';
import { Propagation } from './propagation.ts';

const WRITES = 20_000;

function manyWrites(writer: Pop, visibleAtWriterShare: number, seed = 7, id = 'cache') {
  const propagation = new Propagation({ ...PESSIMISTIC, visibleAtWriterShare }, seed, id);
  return Array.from({ length: WRITES }, () => propagation.of(writer, 0));
}

describe('a write', () => {
  test('is visible at once where it was made as often as the profile says, and elsewhere never', () => {
    const writes = manyWrites('MAN', 0.3);

    const atOnce = (pop: Pop): number => writes.filter((write) => write[pop] === 0).length / WRITES;
    expect(atOnce('MAN')).toBeCloseTo(0.3, 1.5);
    expect([atOnce('LHR'), atOnce('EDI')]).toEqual([0, 0]);
  });

  test('takes as long as the profile says elsewhere, and at its writer when it is not visible at once', () => {
    const writes = manyWrites('MAN', 0);

    for (const pop of POPS) {
      const delaysMs = writes.map((write) => write[pop]).sort((a, b) => a - b);
      expect(delaysMs[0]).toBeGreaterThanOrEqual(1_000);
      expect((delaysMs[WRITES * 0.5] ?? 0) / 15_000).toBeCloseTo(1, 1);
      expect((delaysMs[WRITES * 0.95] ?? 0) / 60_000).toBeCloseTo(1, 1);
    }
  });

  test('reaches each PoP in its own time', () => {
    const writes = manyWrites('MAN', 0);

    expect(writes.filter(({ LHR, MAN, EDI }) => LHR === MAN || MAN === EDI || EDI === LHR)).toEqual([]);
  });
});

test('the same seed gives the same times, whoever writes; another seed or namespace gives others', () => {
  const elsewhere = (writes: ReturnType<typeof manyWrites>) => writes.map(({ EDI }) => EDI);

  const times = elsewhere(manyWrites('LHR', 0.5));

  expect(elsewhere(manyWrites('LHR', 0.5))).toEqual(times);
  expect(elsewhere(manyWrites('MAN', 0.5))).toEqual(times);
  expect(elsewhere(manyWrites('LHR', 0.5, 8))).not.toEqual(times);
  expect(elsewhere(manyWrites('LHR', 0.5, 7, 'other'))).not.toEqual(times);
});

import { describe, expect, test } from 'vitest';
import { CheckEvidence } from '../evidence.ts';
import { judgeTrials, type Tried } from './trials.ts';

const judged = (...tried: Partial<Tried>[]): CheckEvidence => {
  const evidence = new CheckEvidence();
  const whole = tried.map((each) => ({
    isAnswered: true,
    isFresh: true,
    sentences: [],
    exchanges: [],
    ...each,
  }));
  judgeTrials({ evidence }, 'nothing was stale', whole);
  return evidence;
};

describe('trials', () => {
  test('pass when every one was fresh, and say what they would have missed', () => {
    const { claims, controls, remarks } = judged(...Array.from({ length: 688 }, () => ({})));

    expect([...claims, ...controls].map(({ holds }) => holds)).toEqual([true, true]);
    expect(remarks).toEqual([expect.stringContaining('passes 688 of them with a probability of 0.00099')]);
  });

  test('fail at one that was stale', () => {
    const { claims } = judged({}, { isFresh: false, sentences: ['Because ...'] });

    expect(claims).toMatchObject([{ holds: false, witness: { sentences: ['Because ...'] } }]);
  });

  test.each([
    ['there were none', []],
    ['one was not answered', [{}, { isAnswered: false }]],
  ])('prove nothing when %s', (_, tried) => {
    const { controls } = judged(...tried);

    expect(controls).toMatchObject([{ holds: false }]);
  });
});

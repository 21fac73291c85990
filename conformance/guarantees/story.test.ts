import { expect, test } from 'vitest';
import type { Execution } from './execution.ts';
import { historyOf } from './notation.testing.ts';
import { story } from './story.ts';

test('tells one sentence for each step, in order', () => {
  const execution: Execution = {
    operations: historyOf('A w x1\nB r x1 y0\nA w? y'),
    pauses: [],
  };

  expect(story(execution)).toEqual([
    'A writes x in LHR: version 1.',
    'B reads x and y in LHR: x at version 1 (WEUR primary) and no y (WEUR primary).',
    'A writes y in LHR: no answer.',
  ]);
});

test('tells who waits, and what time brings', () => {
  const execution: Execution = {
    operations: historyOf('A w x1\nA r x1 ~3\nB r x0'),
    pauses: [
      { step: 3, ms: 500 },
      { step: 4, ms: 1_500 },
    ],
  };

  expect(story(execution)).toEqual([
    'A writes x in LHR: version 1.',
    'A reads x in LHR, and waits.',
    'B reads x in LHR: no x (WEUR primary).',
    '0.5 s pass.',
    '1.5 s pass. A gets its answer: x at version 1 (WEUR primary).',
  ]);
});

test('leaves out the time that passes after the last answer', () => {
  const execution: Execution = {
    operations: historyOf('A w x1'),
    pauses: [{ step: 1, ms: 100_000 }],
  };

  expect(story(execution)).toEqual(['A writes x in LHR: version 1.']);
});

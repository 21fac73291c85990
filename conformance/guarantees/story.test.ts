import { expect, test } from 'vitest';
import type { RegisterRecording } from './execution.ts';
import { historyOf } from './notation.testing.ts';
import { story } from './story.ts';

test('tells one sentence for each step, in order', () => {
  const execution: RegisterRecording = {
    operations: historyOf('A w x1\nB r x1 y0\nA w? y'),
    elapsedMs: [0],
  };

  expect(story(execution)).toEqual([
    'A writes x in LHR: version 1.',
    'B reads x and y in LHR: x at version 1 (WEUR primary) and no y (WEUR primary).',
    'A writes y in LHR: no answer.',
  ]);
});

test('tells who waits, and what time brings', () => {
  const execution: RegisterRecording = {
    operations: historyOf('A w x1\nA r x1 ~3\nB r x0'),
    elapsedMs: [0, 0, 0, 0, 500, 2_000],
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
  const execution: RegisterRecording = {
    operations: historyOf('A w x1'),
    elapsedMs: [0, 0, 100_000],
  };

  expect(story(execution)).toEqual(['A writes x in LHR: version 1.']);
});

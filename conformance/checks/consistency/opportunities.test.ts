import { describe, expect, test } from 'vitest';
import { historyOf } from '../../history/notation.testing.ts';
import { knowledgeAtReads } from './known-at-read.ts';
import { afterDeletion, pages, readsBehind } from './opportunities.ts';

/** A recording in which so much time has passed at each of its operations. */
const recordingOf = (text: string, elapsedMs: readonly number[] = []) => ({
  program: { mode: 'plain', steps: [] } as const,
  history: historyOf(text),
  exchanges: new Map(),
  elapsedMs,
});

describe('what a session knows when it reads', () => {
  const knownAtLast = (text: string) => {
    const { wrote, saw, heard } = knowledgeAtReads(historyOf(text)).at(-1) ?? {};
    return [wrote?.version, saw?.version, heard?.version];
  };

  test.each([
    ['nothing at first', 'A w x1\nB r x1', [undefined, undefined, undefined]],
    ['what it wrote', 'A w x1\nA w x2\nA r x2', [2, undefined, undefined]],
    ['what it saw', 'A w x1\nB r x1\nB r x1', [undefined, 1, undefined]],
    ['what came before what it saw', 'A w x1\nA w y1\nB r y1\nB r x1', [undefined, undefined, 1]],
    [
      '... through others',
      'A w x1\nB r x1\nB w y1\nC r y1\nC w z1\nD r z1\nD r x1',
      [undefined, undefined, 1],
    ],
    ['... unless it has met it', 'A w x1\nA w y1\nB r x1\nB r y1\nB r x1', [undefined, 1, undefined]],
    [
      'nothing of what failed or may have happened',
      'A w? x\nA w! x\nA r x0',
      [undefined, undefined, undefined],
    ],
  ])('%s', (_, text, known) => {
    expect(knownAtLast(text)).toEqual(known);
  });
});

describe('opportunities', () => {
  const own = readsBehind('', ({ wrote }) => wrote?.write);

  test.each([
    ['soon after a write', [0, 400], 1],
    ['when the near replica has it', [0, 600], 0],
  ])('a read of an own write %s', (_, elapsedMs, count) => {
    expect(own.count(recordingOf('A w x1\nA r x1', elapsedMs))).toBe(count);
  });

  test('a page with a write beside what its session had written, or seen, before', () => {
    const written = recordingOf('A w x1\nA w y1\nB r x1 y1\nB r y1\nC r x1');
    const shown = recordingOf('A w x1\nB r x1\nB w y1\nC r x1 y1\nC r x1 z0');

    expect([pages('', 'write').count(written), pages('', 'read').count(written)]).toEqual([1, 0]);
    expect([pages('', 'write').count(shown), pages('', 'read').count(shown)]).toEqual([0, 1]);
  });

  test('whatever is done with a document after its deletion', () => {
    const recording = recordingOf('A w x1\nA d x2\nB r x0\nB w x3\nB w y1\nA d! y');

    expect(afterDeletion.count(recording)).toBe(2);
  });
});

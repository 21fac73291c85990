import { describe, expect, test } from 'vitest';
import { GUARANTEES } from '../index.ts';
import { historyOf } from '../notation.testing.ts';

const OF_WRITES = [
  'no-lost-write',
  'no-lost-update',
  'no-resurrection',
  'atomic-batch',
  'versions-rise-by-one',
  'failed-writes-do-not-happen',
  'linearizability',
];

function brokenBy(text: string): Record<string, number[]> {
  const history = historyOf(text);
  const violations = GUARANTEES.flatMap(({ id, check }) => {
    const operations = OF_WRITES.includes(id) ? check(history)?.operations : undefined;
    return operations ? [[id, operations.map((each) => history.operations.indexOf(each))] as const] : [];
  });
  return Object.fromEntries(violations);
}

describe('the guarantees of writes', () => {
  test.each([
    ['nothing', ''],
    ['a life and another', 'A c x1\nA p x2/1\nA d x3/2\nA r x0\nB w x4\nB r x4'],
    ['a lost reply of a write that happened', 'A w x1\nB w? x\nA w x3\nA r x3'],
    ['a lost reply of a write that did not', 'A w x1\nB w? x\nA w x2\nA s x2'],
    ['a lost reply that is seen later', 'B w? x\nA w x1\nA r x2=x@0'],
    ['two lost replies, in the other order', 'A w? x\nB w? x\nC r x2=x@0\nC s x2=x@0'],
    ['a batch that is seen whole', 'A w x1 y1\nB r x1 y1\nB r y1 x1'],
    [
      'a batch that nobody has seen yet, by a session that has not',
      'A w x1 y1 ~3\nB r x0 y0\nC r x1\nB r y0',
    ],
    ['a lost batch that is seen whole', 'A w? x y\nB r x1=x@0\nB r y1=y@0'],
    ['a lost batch of which one part may be yet hidden', 'A w? x y\nB w? y\nB s x1=x@0 y2=y@1'],
    ['a slow read that may see the write beside it', 'A r x0 ~1\nB w x1\nB r x1'],
    ['a slow write that others see before it is acknowledged', 'A w x1 ~2\nB r x1\nC r x1'],
    ['versions without values', 'A w? x\nC r x1=-\nB w x2\nC r x2=-\nC r x2'],
    ['an acknowledged write without a version, and a later one that is lost', 'A w x\nB w? x\nC r x2=-'],
    ['a delete that may explain what is missing', 'A w x1\nB d? x\nA s x0'],
  ])('accept %s', (_, text) => {
    expect(brokenBy(text)).toEqual({});
  });

  test.each([
    [
      'two writes with one version',
      'A w x1=a\nB w x1=b',
      { 'no-lost-write': [0, 1], 'versions-rise-by-one': [0, 1] },
    ],
    [
      'a version with another value',
      'A w x1\nB w? x\nC r x1=x@1',
      { 'no-lost-write': [0, 2], 'versions-rise-by-one': [0, 2] },
    ],
    [
      'a deletion that shows something',
      'A w x1\nA d x2\nB w? x\nC r x2=x@2',
      { 'no-lost-write': [1, 3], 'no-resurrection': [1, 3], 'versions-rise-by-one': [1, 3] },
    ],
    [
      'a deletion that is listed, without its content',
      'A w x1\nA d x2\nC r x2=-',
      { 'no-lost-write': [1, 2], 'no-resurrection': [1, 2], 'versions-rise-by-one': [1, 2] },
    ],
    [
      // A failover to a backup from before the write.
      'a write that did not find the one before',
      'A w x1\nA w x2\nB w? x\nB w x1=b',
      { 'no-lost-write': [0, 3], 'versions-rise-by-one': [0, 3], linearizability: [1, 3] },
    ],
    [
      'an older version after a newer one',
      'B w? x\nA w x2\nB w x1',
      { 'no-lost-write': [1, 2], 'versions-rise-by-one': [1, 2], linearizability: [1, 2] },
    ],
    [
      'a write that is gone at last',
      'A w x1\nB w x2\nC s x1',
      { 'no-lost-write': [1, 2], linearizability: [1, 2] },
    ],
    [
      'a document that is gone at last',
      'A w x1\nC s x0',
      { 'no-lost-write': [0, 1], linearizability: [0, 1] },
    ],
    [
      'a deletion that is undone at last',
      'A w x1\nA d x2\nC s x1',
      { 'no-lost-write': [1, 2], linearizability: [1, 2] },
    ],
    ['If-Match that made the wrong version', 'A w x1\nA w x2\nB w x3/1 ~1', { 'no-lost-update': [2] }],
    [
      // Two clerks save the same form.
      'two updates of one version',
      'A w x1\nA w x2/1 ~1\nB w x?/1',
      { 'no-lost-update': [1, 2] },
    ],
    ['an update from behind', 'A w x1\nA w x2\nB w x?/1', { 'no-lost-update': [1, 2] }],
    [
      'an update from behind what was only seen',
      'A w x1\nC w? x\nB r x2=x@1\nA w x?/1',
      { 'no-lost-update': [2, 3] },
    ],
    ['a patch of a deleted document', 'A w x1\nA d x2\nB p x3', { 'no-resurrection': [1, 2] }],
    ['a second deletion', 'A w x1\nA d x2\nB d x3', { 'no-resurrection': [1, 2] }],
    ['If-Match of a deletion', 'A w x1\nA d x2\nB w x3/2', { 'no-resurrection': [1, 2] }],
    [
      'a deleted document that nobody put back',
      'A w x1\nA d x2\nB p? x\nC r x3=x@2',
      { 'no-resurrection': [1, 3] },
    ],
    [
      'a lost write in front of what was acknowledged before it was sent',
      'A w x?/1\nB w? x/0\nC r x2=-',
      { 'versions-rise-by-one': [0] },
    ],
    [
      'a lost deletion in front of what was acknowledged before it was sent',
      'A w x\nB d? x\nC r x2=-',
      { 'versions-rise-by-one': [2] },
    ],
    [
      'an old value after a deletion',
      'A w x1\nA d x2\nB w? x\nC r x3=x1',
      { 'no-resurrection': [1, 3], 'versions-rise-by-one': [0, 3] },
    ],
    [
      'an old value of a write with a lost reply',
      'B w? x\nC r x1=x@0\nA d x2\nB w? x\nC r x3=x@0',
      { 'no-resurrection': [2, 4], 'versions-rise-by-one': [1, 4] },
    ],
    [
      'a put that came back before its deletion, and cannot do so again',
      'B w? x\nC r x1=x@0\nA d x2\nC p x4 ~1\nA r x0',
      { 'no-resurrection': [2, 3], 'versions-rise-by-one': [3] },
    ],
    [
      'a part of a batch at two versions, of which the lowest counts',
      'A w? x y\nB r x3=x@0\nC r x1=x@0\nD r y1=y@0 x2=-',
      { 'versions-rise-by-one': [1, 2], linearizability: [1, 2] },
    ],
    ['half a batch', 'A w x1 y1\nB r x1 y0', { 'atomic-batch': [0, 1], linearizability: [0, 1] }],
    ['half a batch when all has settled', 'A w x1 y1 ~3\nB r x1\nB s y0', { 'atomic-batch': [0, 1, 2] }],
    [
      'half a lost batch, beside a version that was another write',
      'C w y1\nA w? x y\nB r x1=x@1 y1',
      { 'atomic-batch': [1, 2] },
    ],
    ['a create of what is there, told a version or not', 'A w x1\nB c x2', { 'no-lost-update': [0, 1] }],
    ['a create that was told no version', 'A w x1\nB c x', { 'no-lost-update': [0, 1] }],
    [
      'an update without a version, of what another had updated',
      'A w x1\nA w x2/1\nB w x?/1',
      { 'no-lost-update': [1, 2] },
    ],
    [
      'a write without a version that is lost',
      'A w x1\nB w x\nC s x1',
      { 'no-lost-write': [1, 2], linearizability: [1, 2] },
    ],
    [
      'half a lost batch',
      'A w? x y\nC r y1=y@0\nB r x1=x@0 y0',
      { 'atomic-batch': [0, 2], linearizability: [1, 2] },
    ],
    ['half a lost batch for good', 'A w? x y\nC r x1=x@0\nB s y0', { 'atomic-batch': [0, 1, 2] }],
    [
      'the value of a batch on another key, which is no part of it',
      'A w? x y\nC s x1=x@0 ~1\nB s y1=x@0',
      { 'versions-rise-by-one': [2] },
    ],
    [
      'a part of a refused batch',
      'A w! x y\nB r x1=x@0',
      { 'atomic-batch': [0, 1], 'versions-rise-by-one': [1], 'failed-writes-do-not-happen': [0, 1] },
    ],
    ['a version that nobody made', 'A w x1\nA w x3', { 'versions-rise-by-one': [1] }],
    ['a version that was made too late', 'A w x1\nA w x3\nB w? x', { 'versions-rise-by-one': [1] }],
    [
      'a version that only another If-Match can have made',
      'A w x1\nB w? x?/3\nA w x3',
      { 'versions-rise-by-one': [2] },
    ],
    ['two versions and one lost reply', 'B w? x\nA w x3', { 'versions-rise-by-one': [1] }],
    [
      'a write that was refused and seen',
      'A w! x\nB r x1=x@0',
      { 'versions-rise-by-one': [1], 'failed-writes-do-not-happen': [0, 1] },
    ],
    ['a read that misses what another client has finished', 'A w x1\nB r x0', { linearizability: [0, 1] }],
    ['a read from the future', 'A r x1\nB w x1', { 'versions-rise-by-one': [0, 1], linearizability: [0, 1] }],
    [
      'a value with two versions',
      'A w? x\nB w? x\nC r x1=x@0\nC r x2=x@0',
      { 'versions-rise-by-one': [2, 3] },
    ],
    [
      'a version with two values',
      'A w? x\nB w? x\nC r x1=x@0\nC r x1=x@1',
      { 'versions-rise-by-one': [2, 3] },
    ],
  ])('refuse %s, and only what it breaks', (_, text, expected) => {
    expect(brokenBy(text)).toEqual(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { batchFateOf, fateOf, type ModelWrite, NEVER, type State } from './model.ts';

const MANNERS = { patchMakes: false, deleteIsDone: false };
const there: State = { isThere: true, version: 2, body: { a: 1, b: 2 } };
const deleted: State = { isThere: false, version: 3, body: {} };
const write = (kind: ModelWrite['kind'], given: Partial<ModelWrite> = {}): ModelWrite => ({
  ...{ kind, slot: 0, body: { b: 3 }, demand: 'nothing', ...given },
});

describe('a write of a document', () => {
  test.each([
    ['a put that replaces', there, write('put'), { isThere: true, version: 3, body: { b: 3 } }],
    ['a put that makes it again', deleted, write('put'), { isThere: true, version: 4, body: { b: 3 } }],
    ['a patch that merges', there, write('patch'), { isThere: true, version: 3, body: { a: 1, b: 3 } }],
    ['a deletion', there, write('delete', { body: {} }), { isThere: false, version: 3, body: {} }],
    ['a put that is to make it', deleted, write('put', { demand: 'not there' }), { version: 4 }],
  ] as const)('leaves, after %s, what HTTP says', (_, before, asked, after) => {
    const fate = fateOf(before, asked, MANNERS);

    expect(fate).toMatchObject({ is: 'done', state: after });
  });

  test.each([
    ['a create of what is there', there, write('create'), 'refused'],
    ['a create of what was deleted', deleted, write('create'), 'either'],
    ['an outdated version', there, write('put', { demand: 'outdated' }), 'refused'],
    ['the version of a deletion', deleted, write('put', { demand: 'current' }), 'refused'],
    ['any version of what never was', NEVER, write('patch', { demand: 'there' }), 'refused'],
    // RFC 9110, section 13.1.1: 2xx, where what is asked for is so already.
    ['a deletion of any version of what never was', NEVER, write('delete', { demand: 'there' }), 'either'],
    ['a patch of what was deleted', deleted, write('patch'), 'absent'],
    ['a deletion of what never was', NEVER, write('delete'), 'absent'],
  ] as const)('on %s is decided', (_, before, asked, is) => {
    expect(fateOf(before, asked, MANNERS).is).toBe(is);
  });

  test('of nothing may be done, where that is how the Worker does it', () => {
    const idempotent = { patchMakes: true, deleteIsDone: true };

    expect(fateOf(NEVER, write('delete'), idempotent)).toMatchObject({ is: 'done', state: NEVER });
    expect(fateOf(NEVER, write('patch'), idempotent)).toMatchObject({ is: 'done', isMade: true });
  });
});

describe('a batch', () => {
  test('takes each write after those before it, and tells the version of each', () => {
    const fate = batchFateOf(
      [NEVER],
      [write('put'), write('patch', { body: { c: 1 } }), write('delete')],
      MANNERS,
    );

    expect(fate).toMatchObject({ is: 'done', versions: [1, 2, 3], states: [{ isThere: false }] });
  });

  test('does nothing when one of its writes cannot be done', () => {
    expect(batchFateOf([NEVER], [write('put'), write('create')], MANNERS)).toEqual({ is: 'refused' });
  });
});

import { expect, test } from 'vitest';
import { type Answer, type Asked, defineSystem, rest } from '../../../reference-worker/target/index.ts';
import { type ChangedDocument, demandsOn, tellingsOf } from './told-states.ts';

const system = defineSystem({
  name: 'boxes',
  request: { identify: () => ({}), etagOf: (version) => `W/"${version}"` },
  resources: { boxes: {} },
  ...rest({ path: '/:resource' }),
});
const changed = (more: Partial<ChangedDocument> = {}): ChangedDocument => ({
  ...{ change: 'changed', document: { resource: 'boxes', id: 'a' }, refused: {}, version: 2 },
  ...{ before: '"1"', after: '"2"' },
  pages: { list: { kind: 'list', resource: 'boxes' }, 'second page': undefined, join: undefined },
  ...more,
});
const answered = (documents: Answer['documents']): Asked =>
  ({ answer: { outcome: 'ok', documents } }) as Partial<Asked> as Asked; // what is looked at
const listed = (one: ChangedDocument, documents: Answer['documents']) =>
  demandsOn(one)
    .find(({ what }) => what === 'a list')
    ?.isAfter(answered(documents));

test('a list of ids tells that a document is there or not, and nothing of a change', () => {
  expect(listed(changed(), [{ id: 'a' }])).toBeUndefined();
  expect(listed(changed({ change: 'created' }), [{ id: 'a' }])).toBe(true);
  expect(listed(changed({ change: 'deleted' }), [{ id: 'a' }])).toBe(false);
  expect(listed(changed(), [{ id: 'a', version: 1 }])).toBe(false);
  expect(listed(changed(), [])).toBe(false);
});

test('an If-Match tells a state by strong tags alone', () => {
  const all = (one: ChangedDocument) => [...tellingsOf(one, system), ...demandsOn(one)];
  const asksIfMatch = (one: ChangedDocument) =>
    all(one).filter(({ operation }) => JSON.stringify(operation).includes('ifMatch')).length;

  expect(asksIfMatch(changed())).toBeGreaterThan(3);
  expect(asksIfMatch(changed({ before: 'W/"1"', after: 'W/"2"' }))).toBe(0);
  expect(all(changed({ before: 'W/"1"', after: 'W/"2"' })).map(({ what }) => what)).toContain('a 304');
});

import { expect, test } from 'vitest';
import type { Answer } from '../../reference-worker/target/index.ts';
import { readOf } from './requests.ts';

const invocation = { session: 'A', pop: 'LHR', invoked: 1, completed: 2 };
const answered = (documents: Answer['documents']) =>
  readOf(
    invocation,
    ['x', 'y'],
    { name: 'program', member: 'value' },
    { outcome: 'ok', documents } as Answer,
    true,
  ); // what is read of it

test('a list shows the state of what is on it, and that the rest is not there', () => {
  expect(answered([{ id: 'program-x', version: 3, body: { value: 'mark' } }])?.seen).toEqual([
    { key: 'x', version: 3, value: 'mark' },
    { key: 'y', version: 0 },
  ]);
});

test('a list of ids alone tells of no state: what is on it is not taken for absent', () => {
  expect(answered([{ id: 'program-x' }])?.seen).toEqual([{ key: 'y', version: 0 }]);
  expect(answered([{ id: 'program-x' }, { id: 'program-y' }])).toBeUndefined();
});

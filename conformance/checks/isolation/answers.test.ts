import { expect, test } from 'vitest';
import type { Asked } from '../../../reference-worker/target/index.ts';
import { differences, shapeOf } from './answers.ts';

function asked(id: string, status: number, body: object, headers: Record<string, string> = {}): Asked {
  const request = { method: 'GET', path: `/v1/clients/${id}`, headers: {} };
  const response = {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  const answer = { outcome: 'refused', documents: [], bookmark: headers['x-d1-bookmark'] } as const;
  return {
    account: 'a',
    pop: '',
    url: '',
    request,
    response,
    operation: { kind: 'read', resource: 'clients', id },
    answer,
  };
}

const none = (id: string, date: string) => asked(id, 404, { detail: `There is no ${id}.` }, { date });
const nobodys = [shapeOf(none('b', '1'), ['b']), shapeOf(none('c', '2'), ['c'])] as const;

test('answers that differ in nothing but what was asked, and in what always differs, are alike', () => {
  expect(differences(shapeOf(none('a', '3'), ['a']), nobodys)).toEqual([]);
});

test.each<[string, Asked, string[]]>([
  ['a status', asked('a', 403, { detail: 'There is no a.' }, { date: '3' }), ['the status']],
  ['a text', asked('a', 404, { detail: 'It is not yours.' }, { date: '3' }), ['detail in the body']],
  ['a field', asked('a', 404, { detail: 'There is no a.', owner: 1 }, { date: '3' }), ['owner in the body']],
  [
    'a header',
    asked('a', 404, { detail: 'There is no a.' }, { date: '3', etag: '"1"' }),
    ['the header etag', 'the presence of etag'],
  ],
  ['a header that is missing', asked('a', 404, { detail: 'There is no a.' }), ['the presence of date']],
])('%s that differs is told', (_, answer, told) => {
  expect(differences(shapeOf(answer, ['a']), nobodys)).toEqual(told);
});

test('a bookmark is made anew for every answer; that there is one is compared', () => {
  const positioned = (id: string, bookmark: string) => asked(id, 404, {}, { 'x-d1-bookmark': bookmark });
  const pair = [shapeOf(positioned('b', '5'), ['b']), shapeOf(positioned('c', '5'), ['c'])] as const;

  expect(differences(shapeOf(positioned('a', '6'), ['a']), pair)).toEqual([]);
  expect(differences(shapeOf(asked('a', 404, {}), ['a']), pair)).toContain('the presence of x-d1-bookmark');
});

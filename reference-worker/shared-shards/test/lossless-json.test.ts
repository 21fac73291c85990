import { expect, test } from 'vitest';
import { call, refusal } from './client.ts';

test.each([
  [
    'numbers that doubles hold, however they are written',
    '{"n":[1.50,-0,0e9,1E+2,0.1,123456789012345680000,1e308,5e-324]}',
  ],
  [
    'names that are the same in different objects, or look like ends of objects',
    '{"a":{"a":[{"a":1},{"a":"}"}]},"b":"\\"a\\":"}',
  ],
  ['halves of pairs, nulls and __proto__', '{"t":"\\ud800","u":"\\u0000","__proto__":{"x":1}}'],
])('%s come back', async (_, body) => {
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  const put = await call('PUT', '/v1/clients/exact', { headers, body: `{"body":${body}}` });
  const read = await call('GET', '/v1/clients/exact');

  expect(put.status).toBeLessThan(300);
  // As text, in which 0 and -0 are one number.
  expect(JSON.stringify(JSON.parse(await read.text()).body)).toBe(JSON.stringify(JSON.parse(body)));
});

test.each([
  ['an infinite number', '{"body":{"n":1e400}}', 400, 'lossy_json'],
  ['a whole number of 16 digits', '{"body":{"n":[9007199254740993]}}', 400, 'lossy_json'],
  ['a number of 20 digits', '{"body":{"n":-12345678901234567890}}', 400, 'lossy_json'],
  ['a fraction that is rounded', '{"body":{"n":0.12345678901234567}}', 400, 'lossy_json'],
  ['a number that would be zero', '{"body":{"n":1e-400}}', 400, 'lossy_json'],
  ['a name given twice', '{"body":{"a":{"b":1,"\\u0062":2}}}', 400, 'lossy_json'],
  [
    'bytes that are no UTF-8',
    Uint8Array.from(Buffer.from('{"body":{"t":"\xff"}}', 'latin1')),
    400,
    'malformed_json',
  ],
])('%s is refused, and writes nothing', async (_, body, status, code) => {
  const response = await call('PUT', '/v1/clients/lossy', { body });

  expect(await refusal(response)).toEqual({ status, code, definite: true });
  expect((await call('GET', '/v1/clients/lossy')).status).toBe(404);
});

test('a charset other than UTF-8', async () => {
  const headers = { 'content-type': 'application/json; charset="ISO-8859-1"' };
  const response = await call('PUT', '/v1/clients/bad', { headers, body: { body: {} } });

  expect(await refusal(response)).toMatchObject({ status: 415, code: 'unsupported_charset' });
});

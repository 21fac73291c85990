import { expect, test } from 'vitest';
import { leakIn } from './leaks.ts';

test.each([
  ['SELECT entity_id, body FROM clients WHERE account_id = ?1', 'SELECT entity_id, body FROM clients WHERE'],
  ['D1_ERROR: no such table: clients: SQLITE_ERROR', 'D1_ERROR'],
  ['CHECK constraint failed: body_size', 'constraint failed'],
  ['D1 DB is overloaded. Requests queued for too long.', 'D1 DB'],
  ["TypeError: Cannot read properties of undefined (reading 'x')", 'TypeError'],
  ['    at fetch (worker.js:10:3)', 'at fetch ('],
  ['file:///src/index.ts:71', '.ts:71'],
])('%s is from the inside', (body, expected) => {
  const leak = leakIn(body);

  expect(leak).toBe(expected);
});

test.each([
  'There is no clients/select-from-where.',
  'limit must be 1 to 100, not NaN.',
  '✖ Invalid input: expected string, received number\n  → at operations[0].id',
  'Send If-Match or If-None-Match, not both.',
  'Update the document, or delete it.',
])('%s is not', (body) => {
  const leak = leakIn(body);

  expect(leak).toBeUndefined();
});

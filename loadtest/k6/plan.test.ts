import { expect, test } from 'vitest';
import { isLocal } from './plan.ts';

test.each([
  ['http://acme.localhost:8787', true],
  ['http://localhost', true],
  ['https://localhost/path', true],
  ['http://127.0.0.1:8787/x', true],
  ['http://[::1]:8787', true],
  ['https://localhost.example', false],
  ['https://notlocalhost', false],
  ['https://acme.example:8787/localhost', false],
  ['https://127.0.0.1.example', false],
  ['https://0.0.0.0:1', false],
])('%s leads to this machine: %s', (url, local) => {
  expect(isLocal(url)).toBe(local);
});

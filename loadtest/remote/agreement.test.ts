import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { durationSecondsOf } from '../scenarios/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import { agreementIn, assertAgreed, isOnThisMachine, mostRequestsOf } from './agreement.ts';

const never = new AbortController().signal;
const { smoke, steady } = scenarios;
const load = { requests: mostRequestsOf(smoke), seconds: durationSecondsOf(smoke) };

test.each([
  ['http://127.0.0.1:8787', true],
  ['http://127.0.0.2', true],
  ['http://[::1]:80', true],
  ['http://localhost', true],
  ['http://acme.localhost:8787', true],
  ['http://128.0.0.1', false],
  ['https://127.0.0.1.example.com', false],
  ['https://acme.example.com', false],
])('%s is on this machine: %j', (url, isHere) => {
  expect(isOnThisMachine(url)).toBe(isHere);
});

test('a load makes at most one request in each think time of each of its users', () => {
  // 4,000 users of 18 s for some three minutes.
  expect(mostRequestsOf(steady)).toBeGreaterThan(25_000);
  expect(mostRequestsOf(steady)).toBeLessThan(70_000);
});

describe('an agreement', () => {
  test.each([
    [
      'requests=70000 until=2026-12-01T18:00:00Z',
      { requests: 70_000, untilMs: Date.parse('2026-12-01T18:00:00Z') },
    ],
    [
      '# of the owner\r\nrequests=7 until=2026-12-01T18:00Z\r\n',
      { requests: 7, untilMs: Date.parse('2026-12-01T18:00Z') },
    ],
    ['requests=7 until=tomorrow', undefined],
    ['<html>requests=7 until=2026-12-01T18:00:00Z</html>', undefined],
    ['', undefined],
  ])('is in %j: %j', (text, agreement) => {
    expect(agreementIn(text)).toEqual(agreement);
  });

  test('is asked for by the number of requests, on the command line and elsewhere', async () => {
    await expect(assertAgreed('http://127.0.0.2:1', load, undefined, never)).rejects.toThrow(
      /^bad_option: --budget: this load makes up to \d+ requests/,
    );
    await expect(assertAgreed('http://127.0.0.2:1', load, 3, never)).rejects.toThrow(
      /^bad_option: --budget: .* the budget is 3/,
    );
    await expect(assertAgreed('http://127.0.0.2:1', load, 1e6, never)).resolves.toBeUndefined();
  });

  /** By a name that does not say that it is this machine. */
  async function serving(text: string): Promise<string> {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(request.url === '/.well-known/shardproof-load' ? 200 : 404).end(text);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close().closeAllConnections());
    const address = server.address();
    return `http://0.0.0.0:${typeof address === 'object' ? address?.port : ''}`;
  }

  test.each([
    ['none', 'Hello', /^target_not_agreed: .* does not say that it expects a load\. Let it answer/],
    ['too few', 'requests=5 until=2999-01-01T00:00:00Z', /^target_not_agreed: .* expects up to 5 requests/],
    [
      'one that is over',
      'requests=9999999 until=2020-01-01T00:00:00Z',
      /^target_not_agreed: .* until 2020-01-01/,
    ],
  ])('%s is refused', async (_, text, message) => {
    await expect(assertAgreed(await serving(text), load, 1e6, never)).rejects.toThrow(message);
  });

  test('of the target itself lets the load begin', async () => {
    const url = await serving('requests=9999999 until=2999-01-01T00:00:00Z');

    await expect(assertAgreed(url, load, 1e6, never)).resolves.toBeUndefined();
  });
});

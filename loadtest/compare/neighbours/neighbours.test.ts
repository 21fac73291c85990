import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { canaryOf, findCanaries } from '../../../fixtures/index.ts';
import { model, planAccount } from '../../../reference-worker/shared-shards/data/index.ts';
import { placements, tokensSignedWith } from '../../../reference-worker/shared-shards/placements.ts';
import { type Answer, decode, encode } from '../../../reference-worker/target/index.ts';
import { loadedAccount } from '../../journey/index.ts';
import { system } from '../../testing/reference.ts';
import { placementTreatments } from '../treatments.ts';
import { assertSuits, NEIGHBOUR_NAMES, type NeighbourProfile, neighbours, startNeighbour } from './index.ts';
import { countAnswer, newTally } from './tally.ts';

const plan = planAccount({ account: 'birch', seed: 1, sizeBytes: 2e6 });

/** The first requests of a profile's first worker, each answered with a page that has another one after it. */
function firstCalls({ work }: NeighbourProfile, count: number) {
  const calls = work({
    system,
    plan,
    account: loadedAccount(plan, model, system),
    number: 0,
    uniform: () => 0.5,
  });
  return Array.from(
    { length: count },
    () => calls.next({ outcome: 'ok', documents: [], cursor: 'more' }).value,
  );
}

describe.each(NEIGHBOUR_NAMES)('%s', (name) => {
  const profile = neighbours[name];

  test('is bounded, and writes no document without a canary of its own', () => {
    const texts = firstCalls(profile, 20).map((call) => encode(system, call).body ?? '');
    const written = texts.reduce((sum, text) => sum + text.split('"clientId"').length - 1, 0);
    const canaries = texts.flatMap(findCanaries);

    const { neighbours: accounts } = placementTreatments(profile, placements)[1] ?? { neighbours: [] };
    expect(accounts.length).toBe({ tenants: 3, 'ten-small-accounts': 10 }[name as string] ?? 1);
    expect(accounts.length * profile.workersPerAccount).toBeLessThanOrEqual(64);
    expect(profile.requestsPerSecondMax).toBeLessThanOrEqual(200);
    expect(canaries).toHaveLength(written);
    expect(new Set(canaries.map(({ id }) => id)).size).toBe(written);
    expect(canaries.every(({ account }) => account === 'birch')).toBe(true);
  });
});

test('a report follows the cursor through all pages, and starts over after the last', () => {
  const calls = neighbours['report-scans'].work({
    system,
    plan,
    account: loadedAccount(plan, model, system),
    number: 0,
    uniform: () => 0,
  });
  const page = (cursor?: string | null): Answer => ({ outcome: 'ok', documents: [], cursor });
  const pages = [undefined, page('a/b'), page(), page(null), page()].map(
    (answer) => encode(system, calls.next(answer).value).path,
  );

  expect(pages[0]).toBe('/v1/notes?sort=id&limit=100');
  expect(pages[2]).toMatch(/&cursor=a%2Fb$|finances$/);
  expect(pages.filter((path) => path.endsWith('/finances'))).toHaveLength(2);
});

describe('an answer', () => {
  const foreign = canaryOf({ account: 'acme', collection: 'notes', id: 'no-1', version: 1 });
  const own = canaryOf({ account: 'birch', collection: 'notes', id: 'no-1', version: 1 });

  test.each([
    ['of its own', { status: 200, body: JSON.stringify({ items: [], own }) }, { documentsChecked: 1 }],
    [
      'of another account',
      { status: 200, body: JSON.stringify({ items: [], own, foreign }) },
      { documentsChecked: 2, isolationViolations: 1 },
    ],
    [
      'of an error that quotes another account',
      { status: 500, body: foreign },
      { documentsChecked: 1, isolationViolations: 1, failures: 1 },
    ],
    ['that is not JSON', { status: 200, body: '<html>' }, { corruptBodies: 1 }],
  ] as const)('%s is counted as that', (_, answer, expected) => {
    const tally = newTally();

    const response = { ...answer, headers: {} };
    countAnswer(tally, 'birch', {
      response,
      answer: decode(system, { kind: 'list', resource: 'notes' }, response),
    });

    expect(tally).toEqual({ ...newTally(), requests: 1, bodiesChecked: 1, ...expected });
  });

  test('that never came is a failure', () => {
    const tally = newTally();

    expect(countAnswer(tally, 'birch', undefined)).toBeUndefined();
    expect(tally).toEqual({ ...newTally(), requests: 1, failures: 1 });
  });
});

describe('a neighbour at work', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** A target that tells when it has been asked that often. */
  async function target(requests: number, answer: RequestListener) {
    const seen: IncomingMessage[] = [];
    const enough = Promise.withResolvers<void>();
    server = createServer((request, response) => {
      seen.push(request);
      if (seen.length === requests) enough.resolve();
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // of a TCP server
    return { url: `http://127.0.0.1:${port}`, enough: enough.promise, seen };
  }
  const options = (url: string) =>
    ({
      ...{
        subject: { system },
        urls: [url],
        accounts: [{ plan, known: loadedAccount(plan, model, system) }],
      },
      ...{ tokenOf: tokensSignedWith('secret'), seed: 1, limitMs: 60_000 },
    }) as const;

  test('asks as its account, checks what it gets, and ends when it is stopped', async () => {
    const foreign = canaryOf({ account: 'acme', collection: 'notes', id: 'no-1', version: 1 });
    const { url, enough, seen } = await target(40, (_, response) => response.end(`{"canary":"${foreign}"}`));

    const neighbour = startNeighbour(neighbours['write-storm'], options(url));
    await enough;
    const tally = await neighbour.stop();

    expect(seen[0]?.headers.authorization).toMatch(/^Bearer /);
    expect(seen.every(({ method, url: path }) => method === 'POST' && path === '/v1/notes')).toBe(true);
    expect(tally.requests).toBeGreaterThan(10);
    expect(tally.isolationViolations).toBe(tally.requests);
    expect(tally.failures).toBe(0);
    const asked = seen.length;
    expect((await neighbour.stop()).requests).toBe(tally.requests);
    expect(seen).toHaveLength(asked);
  });

  test('is not held up by a target that never answers', async () => {
    const { url, enough } = await target(1, () => undefined);

    const neighbour = startNeighbour(neighbours['write-storm'], options(url));
    await enough;

    expect(await neighbour.stop()).toEqual(newTally());
  });
});

describe('a system with which a neighbour has nothing to do is refused before anything starts', () => {
  const { journey } = system;
  const search = journey.steps.filter(({ operation }) => operation === 'search-clients');
  const idle = { ...system, journey: { ...journey, steps: search } };

  test.each([
    ['write-storm', idle, 'creates nothing'],
    ['bulk-import', idle, 'creates nothing'],
    ['tenants', idle, 'neither opens nor creates'],
    ['report-scans', { ...idle, routes: {} }, 'shows no lists'],
  ] as const)('%s', (name, of, why) => {
    const { needs } = neighbours[name];

    expect(() => assertSuits(of, name, needs)).toThrow(new RegExp(`${name} has nothing to do .* ${why}`));
    expect(() => assertSuits(system, name, needs)).not.toThrow();
  });
});

import { describe, expect, test } from 'vitest';
import { FaultPlan } from '../faults/index.ts';
import { answered, type Opened, openNamespace, put, read } from '../testing/open-namespace.ts';

type Request = (opened: Opened) => Promise<unknown>;

const readA: Request = ({ kv }) => read(kv, 'LHR', 'a/1');
const writeA: Request = ({ kv }) => put(kv, 'LHR', 'a/1', '3');
const timeOf =
  (request: Request): Request =>
  (opened) => {
    const startMs = opened.clock.now();
    const timed = request(opened).then(() => opened.clock.now() - startMs);
    return answered(opened.clock, timed);
  };

/** Every fault of KV, with a request that it hits at LHR, and what comes of it with and without the fault. */
const FAULTS: [string, { fault: object; request: Request; fired: unknown; spared: unknown }][] = [
  ['kv-stale-value', { fault: {}, request: readA, fired: '1', spared: '2' }],
  ['kv-stale-absence', { fault: {}, request: readA, fired: undefined, spared: '2' }],
  ['kv-error', { fault: { status: 503 }, request: readA, fired: '503 Service Unavailable', spared: '2' }],
  ['kv-write-limit', { fault: {}, request: writeA, fired: '429 Too Many Requests', spared: undefined }],
  ['kv-slow', { fault: { addMs: 250 }, request: timeOf(readA), fired: 250, spared: 0 }],
];

const outcomeOf = async (opened: Opened, request: Request): Promise<unknown> => {
  try {
    return await request(opened);
  } catch (error) {
    return error instanceof Error && 'status' in error ? `${error.status} ${error.message}` : error;
  }
};

/** With a key `a/1` that was put twice before the fault was planned. */
async function openWith(fault: object, changes: Parameters<typeof openNamespace>[0] = {}): Promise<Opened> {
  const opened = openNamespace(changes);
  await put(opened.kv, 'LHR', 'a/1', '1');
  await put(opened.kv, 'LHR', 'a/1', '2');
  opened.faults.set(FaultPlan.parse([{ id: 'f', ...fault }]));
  return opened;
}

const countOf = ({ faults }: Opened): number | undefined => faults.report()[0]?.count;

describe.each(FAULTS)('%s', (kind, { fault, request, fired, spared }) => {
  test('hits what its selectors name, and is reported', async () => {
    const selectors = { namespace: 'cache', pop: 'LHR', keyPattern: '^a/', fromMs: 1_000, forMs: 1 };
    const opened = await openWith({ kind, ...fault, ...selectors });
    await opened.clock.advance(1_000);

    expect(await outcomeOf(opened, request)).toBe(fired);

    const { faults } = opened;
    const firing = expect.objectContaining({ namespace: 'cache', pop: 'LHR', key: 'a/1', atMs: 1_000 });
    expect(faults.report()).toEqual([{ id: 'f', kind, count: 1, firings: [firing] }]);
  });

  test.each([
    { namespace: 'other' },
    { pop: 'EDI' },
    { keyPattern: '^b/' },
    { fromMs: 1_001 },
    { forMs: 1_000 },
    ...(kind === 'kv-error' || kind === 'kv-slow' ? [{ operation: 'put' }] : []),
  ])('spares the rest: %j', async (selector) => {
    const opened = await openWith({ kind, ...fault, ...selector });
    await opened.clock.advance(1_000);

    expect(await outcomeOf(opened, request)).toBe(spared);

    expect(countOf(opened)).toBe(0);
  });
});

describe.each(['kv-error', 'kv-slow'] as const)('%s', (kind) => {
  const requests: Record<string, Request> = {
    get: readA,
    put: writeA,
    delete: ({ kv }) => kv.delete('LHR', 'a/1'),
    list: ({ kv }) => kv.list('LHR', '', 10, null),
  };

  test.each(Object.entries(requests))('hits the operation %s alone', async (operation, request) => {
    const added = kind === 'kv-slow' ? { addMs: 250 } : {};
    const opened = await openWith({ kind, operation, ...added });

    for (const each of Object.values(requests)) await outcomeOf(opened, timeOf(each));
    expect(countOf(opened)).toBe(1);

    const outcome = await outcomeOf(opened, timeOf(request));
    expect(outcome).toBe(kind === 'kv-slow' ? 250 : '500 Internal Server Error');
  });
});

describe('a refused write', () => {
  test.each(['kv-error', 'kv-write-limit'])(
    '%s is not made, and does not count against the limit',
    async (kind) => {
      const opened = openNamespace({ writesPerSecondPerKey: 1 }, [{ id: 'f', kind, times: 1 }]);
      await outcomeOf(opened, writeA);
      opened.faults.set([]);

      expect(await outcomeOf(opened, readA)).toBeUndefined();
      await writeA(opened);

      expect(await outcomeOf(opened, readA)).toBe('3');
    },
  );

  test('a delete is refused like a put', async () => {
    const opened = await openWith({ kind: 'kv-write-limit' });

    const outcome = await outcomeOf(opened, ({ kv }) => kv.delete('LHR', 'a/1'));

    expect(outcome).toBe('429 Too Many Requests');
    expect(await readA(opened)).toBe('2');
  });
});

describe('a stale value', () => {
  test('is the one that was deleted', async () => {
    const opened = await openWith({ kind: 'kv-stale-value' });

    await opened.kv.delete('LHR', 'a/1');

    expect(await readA(opened)).toBe('2');
  });

  test('comes from a full cache too, and does not stay there', async () => {
    const opened = await openWith(
      { kind: 'kv-stale-value', times: 2 },
      { cache: { defaultTtlMs: 60_000, machinesPerPop: 1 } },
    );

    expect([await readA(opened), await readA(opened)]).toEqual(['1', '1']);

    expect(await opened.kv.get('LHR', 'a/1', null)).toMatchObject({ cacheStatus: 'HIT' });
    expect(await readA(opened)).toBe('2');
  });

  test('is part of a bulk read', async () => {
    const { kv } = await openWith({ kind: 'kv-stale-value' });

    const [entry] = await kv.getMany('LHR', ['a/1'], null);

    expect(entry?.value.toString()).toBe('1');
  });
});

describe('a fault that would change nothing does not fire', () => {
  const LAGGING = { propagationMs: 10_000 };

  test.each<[string, string, Parameters<typeof openNamespace>[0], Request]>([
    ['kv-stale-value', 'without an earlier value', {}, ({ kv }) => read(kv, 'LHR', 'none')],
    ['kv-stale-value', 'for a PoP that is behind anyway', LAGGING, ({ kv }) => read(kv, 'MAN', 'a/1')],
    ['kv-stale-absence', 'where there is nothing', {}, ({ kv }) => read(kv, 'LHR', 'none')],
  ])('%s %s', async (kind, _, changes, request) => {
    const opened = await openWith({ kind }, changes);

    expect(await request(opened)).toBeUndefined();

    expect(countOf(opened)).toBe(0);
  });

  test('kv-write-limit for a key that is over its limit', async () => {
    const opened = openNamespace({ writesPerSecondPerKey: 1 });
    await writeA(opened);
    opened.faults.set(FaultPlan.parse([{ id: 'f', kind: 'kv-write-limit' }]));

    expect(await outcomeOf(opened, writeA)).toBe('429 Too Many Requests');

    expect(countOf(opened)).toBe(0);
  });
});

test('an error without a known name has one all the same: it is what the Worker gets to see', async () => {
  const opened = await openWith({ kind: 'kv-error', status: 599 });

  expect(await outcomeOf(opened, readA)).toBe('599 Unknown Error');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POPS, type Pop } from '../pops.ts';
import { answered, type Opened, openNamespace, PESSIMISTIC, put, read } from '../testing/open-namespace.ts';

type Step = { readonly pop: Pop; readonly key: string; readonly waitMs: number } & (
  | { readonly method: 'put' | 'delete' }
  | { readonly method: 'get'; readonly cacheTtl: string | null }
);

/** What a reader got: a value names the write that made it, and nothing is what a key was created or deleted with. */
interface Read {
  readonly pop: Pop;
  readonly key: string;
  readonly atMs: number;
  readonly value: string | undefined;
}

interface Write {
  readonly key: string;
  readonly atMs: number;
  readonly value: string | undefined;
}

const LONGEST_TTL_MS = 300_000;
const LAG_MS = 45_000;
/** Every write that is not visible at once takes as long, so that there is a bound to check against. */
const PROFILE = {
  cache: { defaultTtlMs: 60_000, machinesPerPop: 1 },
  propagationMs: LAG_MS,
  visibleAtWriterShare: 0.5,
};

const where = {
  pop: fc.constantFrom(...POPS),
  key: fc.constantFrom('a', 'b'),
  waitMs: fc.integer({ min: 0, max: 40_000 }),
};
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ ...where, method: fc.constantFrom('put' as const, 'delete' as const) }),
    fc.record({
      ...where,
      method: fc.constant('get' as const),
      cacheTtl: fc.constantFrom(null, '30', `${LONGEST_TTL_MS / 1_000}`),
    }),
  ),
  { maxLength: 40 },
);

async function play({ clock, kv }: Opened, history: readonly Step[]) {
  const reads: Read[] = [];
  const writes: Write[] = [];
  for (const [index, step] of history.entries()) {
    const { pop, key } = step;
    await clock.advance(step.waitMs);
    if (step.method === 'get') {
      const value = await read(kv, pop, key, step.cacheTtl);
      reads.push({ pop, key, atMs: clock.now(), value });
    } else {
      const value = step.method === 'put' ? `${key}${index}` : undefined;
      await (value === undefined ? kv.delete(pop, key) : put(kv, pop, key, value));
      writes.push({ key, atMs: clock.now(), value });
    }
  }
  return { reads, writes };
}

const whenever = (property: (history: Step[], seed: number) => Promise<void>) =>
  fc.assert(fc.asyncProperty(steps, fc.nat(), property), { numRuns: 60 });

test('a read answers what was written, and never what everyone should have seen replaced', async () => {
  await whenever(async (history, seed) => {
    const { reads, writes } = await play(openNamespace(PROFILE, [], seed), history);

    for (const { key, atMs, value } of reads) {
      const made = writes.filter((write) => write.key === key && write.atMs <= atMs);
      const settled = made.findLastIndex((write) => write.atMs <= atMs - LONGEST_TTL_MS - LAG_MS);
      const possible = made.slice(Math.max(0, settled)).map((write) => write.value);
      expect(settled < 0 ? [undefined, ...possible] : possible).toContain(value);
    }
  });
});

test('a PoP with one machine never goes back to an older write on its own', async () => {
  await whenever(async (history, seed) => {
    const { reads, writes } = await play(openNamespace(PROFILE, [], seed), history);

    const orderOf = ({ value }: Read): number => writes.findIndex((write) => write.value === value);
    for (const pop of POPS)
      for (const key of ['a', 'b']) {
        const values = reads.filter(
          (each) => each.pop === pop && each.key === key && each.value !== undefined,
        );
        const orders = values.map(orderOf);
        expect(orders).toEqual(orders.toSorted((one, other) => one - other));
      }
  });
});

describe('machines of a PoP that keep caches of their own', () => {
  const cache = { defaultTtlMs: 60_000, machinesPerPop: 2 };

  test('disagree: a PoP goes back to what a machine had read before, until that is over', async () => {
    const { clock, kv } = openNamespace({ cache });
    const reads = async () => {
      const values: (string | undefined)[] = [];
      for (let n = 0; n < 32; n += 1) values.push(await read(kv, 'LHR', 'key'));
      return values;
    };
    const isBack = (values: (string | undefined)[]) =>
      values.some((value, index) => value === 'old' && values.slice(0, index).includes('new'));

    await put(kv, 'LHR', 'key', 'old');
    await reads();
    await put(kv, 'LHR', 'key', 'new');
    const soon = await reads();
    await clock.advance(60_000);

    expect(new Set(soon)).toEqual(new Set(['old', 'new']));
    expect(isBack(soon)).toBe(true);
    expect(new Set(await reads())).toEqual(new Set(['new']));
  });

  test('are reached by one key whatever is asked of another, in an order that the seed decides', async () => {
    const reached = async (seed: number, others: number) => {
      const { kv } = openNamespace({ cache }, [], seed);
      const statuses: unknown[] = [];
      for (let n = 0; n < 8; n += 1) {
        for (let other = 0; other < others; other += 1) await read(kv, 'LHR', 'other');
        await kv.put('LHR', 'key', {
          value: Buffer.from(''),
          metadata: undefined,
          expiration: null,
          expirationTtl: null,
        });
        statuses.push((await kv.get('LHR', 'key', null)).cacheStatus);
      }
      return statuses;
    };

    expect(await reached(1, 3)).toEqual(await reached(1, 0));
    const orders = await Promise.all([1, 2, 3, 4].map((seed) => reached(seed, 0)));
    expect(new Set(orders.map((order) => JSON.stringify(order))).size).toBeGreaterThan(1);
  });
});

test('everyone reads the last write once it has spread and every cache is over', async () => {
  await whenever(async (history, seed) => {
    const opened = openNamespace(PROFILE, [], seed);
    const { writes } = await play(opened, history);
    await opened.clock.advance(LAG_MS + LONGEST_TTL_MS);

    for (const key of ['a', 'b']) {
      const last = writes.findLast((write) => write.key === key)?.value;
      for (const pop of POPS) expect(await read(opened.kv, pop, key)).toBe(last);
    }
  });
});

test('the same seed and the same requests at the same times give the same answers', async () => {
  const slow = { ...PESSIMISTIC, writesPerSecondPerKey: null };
  const answers = async (history: readonly Step[], seed: number) => {
    const { clock, kv } = openNamespace(slow, [{ id: 'f', kind: 'kv-stale-absence', share: 0.5 }], seed);
    const results: unknown[] = [];
    for (const [index, { pop, key, waitMs, method }] of history.entries()) {
      await clock.advance(waitMs);
      const request = method === 'get' ? kv.get(pop, key, null) : put(kv, pop, key, `${index}`);
      results.push(
        await answered(
          clock,
          request.then((result) => [clock.now(), result]),
        ),
      );
    }
    return results;
  };

  await whenever(async (history, seed) => {
    expect(await answers(history, seed)).toEqual(await answers(history, seed));
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { FaultInjector, type Occasion } from './fault-injector.ts';
import { FaultPlan } from './plan.ts';

/** An injector with a plan; `f` is the id of a fault that has none. */
function injectorWith(faults: readonly object[], { seed = 1, scope = 'shard' } = {}) {
  const clock = new VirtualClock();
  const injector = new FaultInjector(clock, seed, scope);
  injector.set(FaultPlan.parse(faults.map((fault) => ({ id: 'f', ...fault }))));
  return { clock, injector };
}

const overloaded = { kind: 'overloaded', reason: 'too-many-queued' };
const kvError = { kind: 'kv-error' };
const countOf = (injector: FaultInjector, id = 'f') =>
  injector.report().find((report) => report.id === id)?.count;
const idsFired = (injector: FaultInjector, times: number): (string | undefined)[] =>
  Array.from({ length: times }, () => injector.fires('overloaded', {})?.id);

describe('the period of a fault', () => {
  test('begins and ends at its times, counted from when the plan was set', async () => {
    const ms = fc.nat(20);
    const lengths = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(ms, ms, lengths, ms, async (beforeMs, fromMs, forMs, atMs) => {
        const { clock, injector } = injectorWith([]);
        await clock.advance(beforeMs);
        injector.set(FaultPlan.parse([{ id: 'f', ...overloaded, fromMs, forMs }]));

        await clock.advance(atMs);
        const fired = injector.fires('overloaded', {}) !== undefined;

        expect(fired).toBe(atMs >= fromMs && (forMs === undefined || atMs < fromMs + forMs));
        expect(injector.report()[0]?.firings).toEqual(fired ? [{ atMs }] : []);
      }),
    );
  });

  test('is known in advance and afterwards, for what it is aimed at', async () => {
    const { clock, injector } = injectorWith([
      { kind: 'replica-pause', id: 'first', region: 'WEUR', fromMs: 10, forMs: 20 },
      { kind: 'replica-pause', id: 'open', fromMs: 100 },
      { kind: 'replica-lag', id: 'other kind', addMs: 1 },
    ]);
    const startMs = clock.now();
    await clock.advance(50);

    const periodsIn = (region: string) =>
      injector
        .periods('replica-pause', { region })
        .map(({ fault, fromMs, untilMs }) => [fault.id, fromMs - startMs, untilMs - startMs]);

    expect(periodsIn('WEUR')).toEqual([
      ['first', 10, 30],
      ['open', 100, Number.POSITIVE_INFINITY],
    ]);
    expect(periodsIn('EEUR')).toEqual([['open', 100, Number.POSITIVE_INFINITY]]);
    expect(injector.report().map(({ count }) => count)).toEqual([0, 0, 0]);
  });
});

describe('the share of a fault', () => {
  test.each([0.01, 0.3, 0.9])('%d hits about so many of 10,000', (share) => {
    const { injector } = injectorWith([{ ...overloaded, share }]);

    const fired = idsFired(injector, 10_000).filter((id) => id !== undefined).length;

    expect(Math.abs(fired / 10_000 - share)).toBeLessThan(0.01 + share / 100);
    expect(fired).toBeGreaterThan(50);
    expect(countOf(injector)).toBe(fired);
  });

  test('hits the same ones with the same seed, and others with another seed, scope or id', () => {
    const history = (seed: number, scope: string, id: string) =>
      idsFired(injectorWith([{ ...overloaded, id, share: 0.5 }], { seed, scope }).injector, 64)
        .map((fired) => (fired === undefined ? '.' : 'x'))
        .join('');

    const histories = [
      history(1, 'a', 'f'),
      history(2, 'a', 'f'),
      history(1, 'b', 'f'),
      history(1, 'a', 'g'),
    ];

    expect(history(1, 'a', 'f')).toBe(histories[0]);
    expect(new Set(histories).size).toBe(4);
  });

  test('of one fault does not depend on the others, whatever their kind and place', () => {
    const half = { ...overloaded, share: 0.5 };
    const alone = idsFired(injectorWith([{ ...half, id: 'b' }]).injector, 200);
    const { injector: first } = injectorWith([{ ...half, id: 'a' }]);
    const { injector: both } = injectorWith([
      { ...half, id: 'a' },
      { kind: 'slow-shard', id: 'slow', factor: 2, share: 0.5 },
      { ...half, id: 'b' },
    ]);

    const together = Array.from({ length: 200 }, () => {
      both.fires('slow-shard', {});
      return both.fires('overloaded', {})?.id;
    });

    expect(together).toEqual(idsFired(first, 200).map((id, index) => id ?? alone[index]));
    expect(new Set(together)).toEqual(new Set(['a', 'b', undefined]));
  });

  test('leaves a request that does not match undrawn', () => {
    const aimed = { ...overloaded, share: 0.5, pop: 'LHR' };
    const { injector } = injectorWith([aimed]);
    const alone = idsFiredAt(injectorWith([aimed]).injector, ['LHR']);

    const mixed = idsFiredAt(injector, ['MAN', 'LHR', 'EDI']);

    expect(mixed.filter((_, index) => index % 3 === 1)).toEqual(alone);
    expect(mixed.filter((id, index) => index % 3 !== 1 && id !== undefined)).toEqual([]);
  });

  const idsFiredAt = (injector: FaultInjector, pops: readonly string[]) =>
    Array.from({ length: 100 }).flatMap(() => pops.map((pop) => injector.fires('overloaded', { pop })?.id));
});

test('a fault fires so many times at most, and then leaves the request to the one behind it', () => {
  const { injector } = injectorWith([
    { ...overloaded, id: 'twice', times: 2 },
    { ...overloaded, id: 'behind', times: 1 },
  ]);

  expect(idsFired(injector, 4)).toEqual(['twice', 'twice', 'behind', undefined]);
});

describe('a selector', () => {
  const everywhere: Occasion = {
    database: 'shard',
    region: 'WEUR',
    pop: 'LHR',
    access: 'read',
    namespace: 'cache',
    operation: 'get',
  };

  test.each<[string, Parameters<FaultInjector['fires']>[0], object]>([
    ['database', 'slow-shard', { database: 'other' }],
    ['region', 'slow-shard', { region: 'EEUR' }],
    ['access', 'slow-shard', { access: 'write' }],
    ['pop', 'kv-error', { pop: 'MAN' }],
    ['namespace', 'kv-error', { namespace: 'other' }],
    ['operation', 'kv-error', { operation: 'put' }],
  ])('%s spares what differs, and what does not say', (name, kind, selector) => {
    const { injector } = injectorWith([{ kind, ...(kind === 'slow-shard' && { addMs: 1 }), ...selector }]);

    const fired = [everywhere, {}, { ...everywhere, ...selector }].map(
      (occasion) => injector.fires(kind, occasion) !== undefined,
    );

    expect(fired).toEqual([false, false, true]);
    expect(injector.report()[0]?.firings).toEqual([{ ...everywhere, ...selector, atMs: 0 }]);
    expect(Object.keys(selector)).toEqual([name]);
  });

  test('keyPattern is a regular expression, looked for anywhere in the key', () => {
    const { injector } = injectorWith([{ ...kvError, keyPattern: 'user/[0-9]+$' }]);

    const fired = ['user/12', 'acme/user/3', 'user/1/name', 'users', undefined].map(
      (key) => injector.fires('kv-error', key === undefined ? {} : { key }) !== undefined,
    );

    expect(fired).toEqual([true, true, false, false, false]);
  });

  test('that is left out restricts nothing, and a kind is not another', () => {
    const { injector } = injectorWith([kvError]);

    expect(injector.fires('kv-slow', everywhere)).toBeUndefined();
    expect(injector.fires('kv-error', everywhere)).toMatchObject({ id: 'f', status: 500 });
  });
});

describe('the report', () => {
  test('names every planned fault, also one that has not fired', () => {
    const { injector } = injectorWith([
      { ...overloaded, id: 'fires' },
      { ...kvError, id: 'waits', fromMs: 1 },
    ]);

    injector.fires('overloaded', { pop: 'LHR' });
    injector.fires('kv-error', {});

    expect(injector.report()).toEqual([
      { id: 'fires', kind: 'overloaded', count: 1, firings: [{ atMs: 0, pop: 'LHR' }] },
      { id: 'waits', kind: 'kv-error', count: 0, firings: [] },
    ]);
  });

  test('counts all firings, and keeps the first thousand', async () => {
    const { clock, injector } = injectorWith([overloaded]);
    idsFired(injector, 999);
    await clock.advance(7);

    idsFired(injector, 501);

    const [report] = injector.report();
    expect(report).toMatchObject({ count: 1_500 });
    expect(report?.firings).toHaveLength(1_000);
    expect(report?.firings.slice(998)).toEqual([{ atMs: 0 }, { atMs: 7 }]);
  });

  test('does not change once it is given', () => {
    const { injector } = injectorWith([overloaded]);
    const before = injector.report();

    idsFired(injector, 3);

    expect(before).toEqual([{ id: 'f', kind: 'overloaded', count: 0, firings: [] }]);
  });

  test('holds what a condition did, now or at a time before, and nothing that is not planned', async () => {
    const { clock, injector } = injectorWith([{ kind: 'replica-pause' }]);
    await clock.advance(20);

    injector.fired('f', { region: 'WEUR' });
    injector.fired('f', { region: 'EEUR' }, clock.now() - 15);
    injector.fired('unknown', {});

    expect(injector.report()).toEqual([
      {
        id: 'f',
        kind: 'replica-pause',
        count: 2,
        firings: [
          { atMs: 20, region: 'WEUR' },
          { atMs: 5, region: 'EEUR' },
        ],
      },
    ]);
  });

  test('begins again with every plan, and so do the times and the draws', async () => {
    const plan = FaultPlan.parse([{ id: 'f', ...overloaded, share: 0.5, times: 20 }]);
    const { clock, injector } = injectorWith([]);
    injector.set(plan);
    const first = idsFired(injector, 60);
    await clock.advance(100);

    injector.set(plan);

    expect(injector.report()).toEqual([{ id: 'f', kind: 'overloaded', count: 0, firings: [] }]);
    expect(idsFired(injector, 60)).toEqual(first);
    expect(injector.report()[0]?.firings[0]).toEqual({ atMs: 0 });
    expect(countOf(injector)).toBe(20);
  });
});

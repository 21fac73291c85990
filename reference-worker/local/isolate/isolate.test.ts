import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Entrypoint, Handler } from './handler.ts';
import { INVOCATION_LIMITS, invocationsUnder } from './invocation-limits.ts';
import { choiceOf, isolates } from './isolate.ts';

const handler =
  (name: string): Handler =>
  () =>
    new Response(name);

/** A PoP of these isolates, with these spares. */
function popOf(names: string[], ...spares: string[]) {
  const setSkew = vi.fn();
  const { main, control } = isolates({
    cf: {},
    handlers: names.map(handler),
    spares: spares.map((name) => async () => handler(name)),
    operationHeader: 'x-operation',
    seed: 1,
    invocations: invocationsUnder(INVOCATION_LIMITS.paid, new AsyncLocalStorage()),
    setSkew,
  });
  const send = (to: Entrypoint, init?: RequestInit) =>
    to.fetch(new Request('http://isolate/', init), undefined, undefined);
  return {
    setSkew,
    ask: async () => (await send(main)).text(),
    report: async () => (await send(control)).json(),
    command: async (body: unknown, method = 'POST') =>
      send(control, { method, body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

describe('the isolates of a PoP', () => {
  test('all serve, in an order that their seed decides', async () => {
    const { ask } = popOf(['a', 'b', 'c']);
    const again = popOf(['a', 'b', 'c']);

    const served = await Promise.all(Array.from({ length: 60 }, ask));

    expect(new Set(served)).toEqual(new Set(['a', 'b', 'c']));
    expect(await Promise.all(Array.from({ length: 60 }, again.ask))).toEqual(served);
  });

  test('are chosen in the same order again when the choice begins anew', async () => {
    const { ask, command } = popOf(['a', 'b', 'c']);
    const serve = () => Promise.all(Array.from({ length: 20 }, ask));
    const first = await serve();

    const response = await command({ choice: 'anew' });

    expect(response.status).toBe(204);
    expect(await serve()).toEqual(first);
    expect(await serve()).not.toEqual(first);
  });

  test('are chosen evenly, with any seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.integer({ min: 1, max: 8 }),
        (seed, count) => {
          const choose = choiceOf(seed, count);
          const drawn = Array<number>(count).fill(0);
          for (let draws = 0; draws < 2_000 * count; draws += 1) {
            const choice = choose();
            drawn[choice] = (drawn[choice] ?? 0) + 1;
          }
          // 2,000 expected each; the standard deviation is below 45.
          expect(Math.min(...drawn)).toBeGreaterThan(1_700);
          expect(Math.max(...drawn)).toBeLessThan(2_300);
        },
      ),
      { numRuns: 50 },
    );
  });

  test.each([0, -3_600_000, Number.MAX_SAFE_INTEGER])('get a clock that is %d ms off', async (skewMs) => {
    const { command, setSkew, ask } = popOf(['first'], 'second');

    const response = await command({ skewMs });

    expect(response.status).toBe(204);
    expect(setSkew.mock.calls).toEqual([[skewMs]]);
    expect(await ask()).toBe('first');
  });

  test('go cold together until there are not spares enough for all', async () => {
    const { command, setSkew, ask } = popOf(['a', 'b'], 'c', 'd', 'e');
    const served = async () => [...new Set(await Promise.all(Array.from({ length: 30 }, ask)))].sort();
    const before = await served();

    const statuses = [(await command({ cold: true })).status];
    const after = await served();
    const refused = await command({ cold: true });

    expect([before, after, await served()]).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ]);
    expect([...statuses, refused.status]).toEqual([204, 409]);
    expect(await refused.text()).toMatch('All 1 cold starts of this PoP are used up.');
    expect(setSkew).not.toHaveBeenCalled();
  });

  test('report what their invocations did', async () => {
    const { ask, report } = popOf(['first']);

    await ask();

    expect(await report()).toMatchObject({ invocations: 1, working: 0 });
  });

  test.each([
    'cold',
    '',
    'null',
    [],
    {},
    { cold: false },
    { cold: 'true' },
    { skewMs: null },
    { skewMs: '5' },
    { skewMs: 0.5 },
    { skewMs: 2 ** 53 },
    { skewMs: 5, cold: true },
    { skewMs: 5, cold: false },
    { choice: 'again' },
    { choice: 'anew', cold: true },
    { skewMs: 5, pop: 'LHR' },
    { cold: true, pop: 'LHR' },
  ])('say what they take instead of %j, and do nothing', async (body) => {
    const { command, setSkew, ask } = popOf(['first'], 'second');

    const response = await command(body);

    expect(response.status).toBe(400);
    expect(await response.text()).toBe(
      'POST {"skewMs": <whole milliseconds>}, {"cold": true} or {"choice": "anew"}.',
    );
    expect(setSkew).not.toHaveBeenCalled();
    expect(await ask()).toBe('first');
  });

  test('take a command by POST only', async () => {
    const { command, ask } = popOf(['first'], 'second');

    const response = await command({ cold: true }, 'PUT');

    expect(response.status).toBe(400);
    expect(await ask()).toBe('first');
  });
});

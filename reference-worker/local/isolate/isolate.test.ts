import { describe, expect, test, vi } from 'vitest';
import { type Instance, isolate } from './isolate.ts';

const instance = (name: string): Instance => ({ fetch: () => new Response(name) });

function isolateOf(...spares: string[]) {
  const setSkew = vi.fn();
  const { main, control } = isolate({
    cf: {},
    first: instance('first'),
    spares: spares.map((name) => async () => ({ default: instance(name) })),
    setSkew,
  });
  const send = (to: Instance, init?: RequestInit) =>
    to.fetch(new Request('http://isolate/', init), undefined, undefined);
  return {
    setSkew,
    ask: async () => (await send(main)).text(),
    command: async (body: unknown, method = 'POST') =>
      send(control, { method, body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

describe('isolate', () => {
  test.each([0, -3_600_000, Number.MAX_SAFE_INTEGER])('sets the clock %d ms off', async (skewMs) => {
    const { command, setSkew, ask } = isolateOf('second');

    const response = await command({ skewMs });

    expect(response.status).toBe(204);
    expect(setSkew.mock.calls).toEqual([[skewMs]]);
    expect(await ask()).toBe('first');
  });

  test('goes from one instance to the next until none is left', async () => {
    const { command, setSkew, ask } = isolateOf('second', 'third');
    const answers = [await ask()];
    const statuses: number[] = [];

    for (let times = 0; times < 3; times += 1) {
      statuses.push((await command({ cold: true })).status);
      answers.push(await ask());
    }

    expect(statuses).toEqual([204, 204, 409]);
    expect(answers).toEqual(['first', 'second', 'third', 'third']);
    expect(setSkew).not.toHaveBeenCalled();
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
    { skewMs: 5, pop: 'LHR' },
    { cold: true, pop: 'LHR' },
  ])('says what it takes instead of %j, and does nothing', async (body) => {
    const { command, setSkew, ask } = isolateOf('second');

    const response = await command(body);

    expect(response.status).toBe(400);
    expect(await response.text()).toBe('POST {"skewMs": <whole milliseconds>} or {"cold": true}.');
    expect(setSkew).not.toHaveBeenCalled();
    expect(await ask()).toBe('first');
  });

  test('takes a command by POST only', async () => {
    const { command, ask } = isolateOf('second');

    const response = await command({ cold: true }, 'PUT');

    expect(response.status).toBe(400);
    expect(await ask()).toBe('first');
  });
});

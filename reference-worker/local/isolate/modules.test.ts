import { once } from 'node:events';
import { type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { POPS, type Pop } from '../pops.ts';
import { COLD_STARTS, startMemory } from '../testing/memory.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const cold = { cold: true };

/** How far each clock of a Worker is off, to the nearest minute. */
const minutesOff = ({ clocks }: { readonly clocks: readonly number[] }): number[] =>
  clocks.map((ms) => Math.floor((ms - Date.now()) / MINUTE_MS + 0.5));

/** Sends a JSON body with any path and headers, which `fetch` would tidy up. */
async function post(url: string, body: unknown, options: RequestOptions): Promise<void> {
  const sent = request(url, { ...options, method: 'POST' }).end(JSON.stringify(body));
  const [response] = await once(sent, 'response');
  await text(response);
}

describe('clock skew', () => {
  test('shifts every clock of one PoP, and can be undone', async () => {
    const { ask, control } = await startMemory();

    const set = await control('MAN', { skewMs: -2 * HOUR_MS });
    const skewed = await ask('MAN');
    const elsewhere = [await ask('LHR'), await ask('EDI')];
    await control('MAN', { skewMs: 0 });
    const restored = await ask('MAN');

    expect(set.status).toBe(204);
    expect(minutesOff(skewed)).toEqual([-120, -120, -120, -120]);
    expect(elsewhere.flatMap(minutesOff)).toEqual(Array(8).fill(0));
    expect(minutesOff(restored)).toEqual([0, 0, 0, 0]);
    expect(restored.requests).toBe(2);
  });

  test('outlasts a cold start, whose modules see no clock while they load', async () => {
    const { ask, control } = await startMemory();
    await control('LHR', { skewMs: HOUR_MS });

    await control('LHR', cold);

    const reply = await ask('LHR');
    expect(minutesOff(reply)).toEqual([60, 60, 60, 60]);
    expect(reply.loadedMs).toBe(0);
  });
});

describe('a cold start', () => {
  test('drops the module state of one PoP, once', async () => {
    const { ask, control } = await startMemory();
    for (const pop of POPS) await ask(pop);

    const response = await control('EDI', cold);
    const after = [await ask('EDI'), await ask('EDI'), await ask('LHR'), await ask('MAN')];

    expect(response.status).toBe(204);
    expect(after.map(({ requests }) => requests)).toEqual([1, 2, 2, 2]);
  });

  test('keeps request.cf and the bindings', async () => {
    const { ask, control } = await startMemory(
      { vars: { GREETING: 'hello "there" \\ ü\n' }, secrets: { TOKEN: 'TOKEN' } },
      { TOKEN: 'from the environment', OTHER: 'not bound' },
    );
    const before = await ask('MAN');

    await control('MAN', cold);

    const after = await ask('MAN');
    expect(after).toMatchObject({ cf: before.cf, bindings: before.bindings });
    expect(before.bindings).toEqual({ GREETING: 'hello "there" \\ ü\n', TOKEN: 'from the environment' });
  });

  test('leaves a request that is under way with its instance', async () => {
    const { ask, control, urlOf } = await startMemory();
    const slow = request(urlOf('LHR'), { method: 'POST' });
    const answered = new Promise<string>((resolve) => slow.on('response', (each) => resolve(text(each))));
    slow.write('the first half');
    // Each question is a request of its own; one more than were asked means that the slow one has arrived.
    let asked = 0;
    await vi.waitFor(async () => expect((await ask('LHR')).requests).toBe(++asked + 1), { timeout: 20_000 });

    await control('LHR', cold);
    const afterwards = await ask('LHR');
    slow.end('the second half');

    expect(JSON.parse(await answered).requests).toBe(asked + 1);
    expect(afterwards.requests).toBe(1);
  });

  test('is refused when all are used up; everything else goes on', async () => {
    const { ask, control } = await startMemory();
    for (let used = 0; used < COLD_STARTS; used += 1) {
      expect((await control('LHR', cold)).status).toBe(204);
      expect((await ask('LHR')).requests).toBe(1);
    }

    const refused = await control('LHR', cold);

    expect(refused.status).toBe(409);
    expect(await refused.text()).toMatch(`All ${COLD_STARTS} cold starts of this PoP are used up.`);
    expect((await ask('LHR')).requests).toBe(2);
    expect((await control('LHR', { skewMs: HOUR_MS })).status).toBe(204);
    expect(minutesOff(await ask('LHR'))[0]).toBe(60);
    expect((await control('MAN', cold)).status).toBe(204);
  });
});

describe('the socket of the Worker', () => {
  test('does not lead to the control of its isolate, under any path or header', async () => {
    const { ask, urlOf } = await startMemory();
    const paths = [
      '/',
      '/Control',
      '/control-LHR',
      '/cdn-cgi/control',
      '/?entrypoint=ShardproofControl',
      '/#ShardproofControl',
    ];
    const headers = { 'mf-entrypoint': 'ShardproofControl', 'cf-worker': 'ShardproofControl' };

    for (const path of paths)
      for (const host of ['localhost', 'ShardproofControl', 'control-LHR'])
        for (const command of [cold, { skewMs: HOUR_MS }])
          await post(urlOf('LHR'), command, { path, headers: { ...headers, host } });

    const reply = await ask('LHR');
    expect(reply.requests).toBe(6 * paths.length + 1);
    expect(minutesOff(reply)).toEqual([0, 0, 0, 0]);
  });

  test.each(POPS)('tells the request.cf of %s, whatever a client claims', async (pop: Pop) => {
    const { ask } = await startMemory();
    const claim = JSON.stringify({ colo: 'JFK', country: 'US' });
    const headers = { 'cf-blob': claim, 'x-cf-blob': claim, 'cf-ipcountry': 'US', 'x-pop': 'JFK' };

    const { cf } = await ask(pop, { headers });

    expect(cf).toMatchObject({ colo: pop, country: 'GB' });
  });
});

describe('a Worker that cannot serve', () => {
  test.each([
    ['throws when it loads', 'no-worker.ts', 'this Worker is broken on purpose'],
    ['has no fetch handler', 'no-handler.ts', 'The default export of the Worker has no fetch handler.'],
  ])('fails at the start when it %s', async (_, entry, reason) => {
    await expect(startMemory({ entry })).rejects.toThrow(reason);
  });
});

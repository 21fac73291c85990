import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { BehaviourInput } from './behaviour/index.ts';
import { whileStepping } from './platform-control.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startWorker } from './worker.ts';
import type { Platform } from './workers.ts';

/**
 * Makes so many calls of a kind (`?kind&count`), at once (`?parallel`) or one after the other, and tells how many came
 * back and what the first error was; `?background` makes them after the answer, and puts the outcome into KV.
 */
const SOURCE = `import { env } from 'cloudflare:workers';
const mebibytes = (n) => "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < " + n + ") SELECT printf('%.1000000c', 'x') FROM r";
const calls = {
  statement: ({ DB }) => DB.prepare('SELECT 1').run(),
  session: ({ DB }) => DB.withSession('first-unconstrained').prepare('SELECT 1').first(),
  batch: ({ DB }) => DB.batch([DB.prepare('SELECT 1'), DB.prepare('SELECT 2')]),
  exec: ({ DB }) => DB.exec('SELECT 1'),
  imported: () => env.DB.prepare('SELECT 1').raw(),
  large: ({ DB }) => DB.prepare(mebibytes(52)).run(),
  smaller: ({ DB }) => DB.prepare(mebibytes(40)).run(),
  get: ({ KV }) => KV.get('k'),
  list: ({ KV }) => KV.list(),
};
async function make(bindings, kind, count, isParallel) {
  let made = 0, error = '';
  const one = () => calls[kind](bindings).then(() => void (made += 1), (reason) => { error ||= reason.message; });
  if (isParallel) await Promise.all(Array.from({ length: count }, one));
  else for (let index = 0; index < count && !error; index += 1) await one();
  return { made, error };
}
export default { async fetch(request, bindings, context) {
  const query = new URL(request.url).searchParams;
  const work = () => make(bindings, query.get('kind'), Number(query.get('count')), query.has('parallel'));
  if (query.has('told')) return new Response(String(await bindings.OTHER.get('outcome')));
  if (!query.has('background')) return Response.json(await work());
  context.waitUntil(work().then((outcome) => bindings.OTHER.put('outcome', JSON.stringify(outcome))));
  return new Response(null, { status: 204 });
} };`;

async function start(behaviour: BehaviourInput): Promise<{ platform: Platform; url: string }> {
  const folder = freshFolder();
  writeFileSync(join(folder, 'index.ts'), SOURCE);
  const options = { databases: { DB: 'CREATE TABLE t (n)' }, namespaces: ['KV', 'OTHER'], behaviour };
  const platform = await startWorker({
    entry: join(folder, 'index.ts'),
    stateDir: freshFolder(),
    ...options,
  });
  return { platform, url: platform.deployments[0]?.urls.LHR ?? '' };
}

describe('the limits of one invocation', () => {
  let paid: Awaited<ReturnType<typeof start>>;
  let free: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    paid = await start({});
    free = await start({ plan: 'free' });
  });
  afterAll(() => Promise.all([paid, free].map((started) => started?.platform.stop())));
  const REFUSAL = expect.stringMatching(/^Too many API requests by single Worker invocation\./);

  test.each(['statement', 'session', 'batch', 'exec', 'imported'])(
    '50 queries to D1 on Workers Free, by any way: %s',
    async (kind) => {
      const made = async (count: number) => (await fetch(`${free.url}?kind=${kind}&count=${count}`)).json();

      expect(await made(50)).toEqual({ made: 50, error: '' });
      expect(await made(51)).toEqual({ made: 50, error: REFUSAL });
    },
  );

  test.each(['statement', 'get', 'list'])('1,000 of them on Workers Paid: %s', async (kind) => {
    const response = await fetch(`${paid.url}?kind=${kind}&count=1001&parallel`);

    expect(await response.json()).toEqual({ made: 1_000, error: REFUSAL });
  });

  test('50 MB of results from D1', async () => {
    const made = async (kind: string) =>
      JSON.parse(await (await fetch(`${paid.url}?kind=${kind}&count=1`)).text());

    expect(await made('large')).toEqual({ made: 0, error: expect.stringMatching('larger than 50 MB') });
    expect(await made('smaller')).toEqual({ made: 1, error: '' });
  });

  test('hold for what it does in the background, too', async () => {
    await fetch(`${free.url}?kind=statement&count=60&background`);

    await vi.waitFor(
      async () => {
        const told = await (await fetch(`${free.url}?told`)).text();
        expect(JSON.parse(told)).toEqual({ made: 50, error: REFUSAL });
      },
      { timeout: 20_000 },
    );
  });
});

test('what a Worker has used is told, with its memory and its processor time', async () => {
  const { platform, url } = await start({ isolatesPerPop: 1 });
  try {
    const [before] = await platform.use();
    await fetch(`${url}?kind=get&count=9`);
    await fetch(`${url}?kind=statement&count=300&parallel`);
    const [after] = await platform.use();

    expect(before).toMatchObject({ name: 'worker', invocations: 0, most: { d1Queries: 0 } });
    expect(after).toMatchObject({
      invocations: 2,
      most: { d1Queries: 300, kvOperations: 9, fetches: 0, waitingForHeaders: 6 },
    });
    expect(after?.cpuMs).toBeGreaterThan(before?.cpuMs ?? Number.NaN);
    expect(after?.memoryBytes).toBeGreaterThan(1_000_000);
  } finally {
    await platform.stop();
  }
});

test('six calls of one invocation are under way at once, the others wait for their turn', async () => {
  const { platform, url } = await start({ clock: 'virtual', latency: 'uk-eu' });
  try {
    const responses = [12, 3].map((count) => fetch(`${url}?kind=statement&count=${count}&parallel`));
    await vi.waitFor(async () => expect(await platform.control.waiting()).toHaveLength(6 + 3));

    const [first] = await whileStepping(platform.control, Promise.all(responses));

    expect(await first?.json()).toEqual({ made: 12, error: '' });
  } finally {
    await platform.stop();
  }
});

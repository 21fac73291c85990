import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startWorker, whileStepping } from './index.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startMiniflare } from './testing/miniflare.ts';
import { BOOKMARK_HEADER } from './testing/sessions/pattern.ts';

const LOG = 'CREATE TABLE log (n INTEGER PRIMARY KEY)';
const entry = (name: string): string => join(import.meta.dirname, 'testing', 'sessions', `${name}.ts`);

/** Something that serves the Worker, and lets time pass for a request that waits. */
interface Target {
  readonly url: string;
  readonly settle: (request: Promise<Response>) => Promise<Response>;
  readonly stop: () => Promise<void>;
}

const running: Target[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

const targets = {
  'the platform under lag': async (file: string): Promise<Target> => {
    const platform = await startWorker({
      entry: file,
      stateDir: freshFolder(),
      databases: { DB: LOG },
      behaviour: { latency: 'pessimistic', readReplication: 'auto', clock: 'virtual' },
    });
    const url = platform.deployments[0]?.urls.LHR ?? '';
    return { url, settle: (request) => whileStepping(platform.control, request), stop: platform.stop };
  },
  miniflare: async (file: string): Promise<Target> => {
    const miniflare = await startMiniflare(file, { d1Databases: ['DB'] });
    await (await miniflare.getD1Database('DB')).exec(LOG);
    const url = (await miniflare.ready).href;
    return { url, settle: (request) => request, stop: () => miniflare.dispose() };
  },
} as const;

/** Writes and reads back as a client that always sends the newest bookmark it has; says what it read. */
async function readBack({ url, settle }: Target, writes: number): Promise<number[]> {
  let bookmark: string | null = null;
  const readings: number[] = [];
  const send = async (method: string): Promise<Response> => {
    const response = await settle(
      fetch(url, { method, headers: bookmark === null ? {} : { [BOOKMARK_HEADER]: bookmark } }),
    );
    bookmark = response.headers.get(BOOKMARK_HEADER) || bookmark;
    return response;
  };
  for (let write = 0; write < writes; write++) {
    await send('POST');
    readings.push(JSON.parse(await (await send('GET')).text()).lines);
  }
  return readings;
}

/** So many that a mistake is met although a third of the reads reaches the primary, which is never behind. */
const RIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each([
  ['documented', true],
  ['bookmark-dropped', false],
  ['unconstrained-forced', false],
  ['returned-on-reads', false],
] as const)('the Sessions pattern, %s', (worker, isRight) => {
  test(`${isRight ? 'reads' : 'does not read'} its writes on the platform under lag`, async () => {
    const target = await targets['the platform under lag'](entry(worker));
    running.push(target);

    const readings = await readBack(target, RIGHT.length);

    const stale = readings.filter((lines, index) => lines < (RIGHT[index] ?? 0));
    if (isRight) expect(readings).toEqual(RIGHT);
    else expect(stale, `${readings}`).not.toEqual([]);
  });

  // This is why the platform exists: there the same mistakes go unseen.
  test('looks right on miniflare, whatever it does', async () => {
    const target = await targets.miniflare(entry(worker));
    running.push(target);

    expect(await readBack(target, RIGHT.length)).toEqual(RIGHT);
  });
});

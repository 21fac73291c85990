import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from './backend/index.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { startWorker, type WorkerOptions } from './worker.ts';

/** The smallest WebAssembly module that exports something: a global `answer`, 42. */
const WASM = Buffer.from('AGFzbQEAAAAGBgF/AEEqCwcKAQZhbnN3ZXIDAA==', 'base64');

/** Starts a Worker from its files, of which `index.ts` is the entry, until the test ends. */
async function start(files: Readonly<Record<string, string | Buffer>>, options: Partial<WorkerOptions> = {}) {
  const folder = freshFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const databases = { DB: 'CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (7)' };
  const entry = join(folder, 'index.ts');
  const bindings = { databases, namespaces: ['KV'], vars: { NAME: 'someone' } };
  const platform = await startWorker({ entry, stateDir: freshFolder(), ...bindings, ...options });
  onTestFinished(() => platform.stop());
  const url = platform.deployments[0]?.urls.LHR ?? '';
  return {
    ask: async (path = ''): Promise<string> => (await fetch(url + path)).text(),
    coldStart: () => platform.control.setFaults([{ id: 'cold', kind: 'cold-isolate', pop: 'LHR' }]),
  };
}

const COUNT = `(await this.env.DB.prepare('SELECT n FROM t').first('n'))`;

describe('a Worker is run as Cloudflare would run it', () => {
  test.each<[string, Readonly<Record<string, string | Buffer>>, string]>([
    [
      'a class that extends WorkerEntrypoint',
      {
        'index.ts': `import { WorkerEntrypoint } from 'cloudflare:workers';
export default class extends WorkerEntrypoint {
  async fetch(request) {
    this.ctx.waitUntil(Promise.resolve());
    return new Response(this.env.NAME + ${COUNT} + request.cf.colo + new URL(request.url).pathname);
  }
}`,
      },
      'someone7LHR/',
    ],
    [
      'an object whose handler uses this',
      {
        'index.ts': `export default { greeting: 'hello ', fetch(request, env) { return new Response(this.greeting + env.NAME); } };`,
      },
      'hello someone',
    ],
    [
      'env imported from cloudflare:workers, await at the top, and other entrypoints beside',
      {
        'index.ts': `import { env, WorkerEntrypoint } from 'cloudflare:workers';
const ready = await Promise.resolve('ready ');
export class Other extends WorkerEntrypoint { name() { return ' ' + this.env.NAME; } }
export default { async fetch(_request, { DB }, ctx) {
  return new Response(ready + (env.DB === DB) + (await env.DB.prepare('SELECT n FROM t').first('n')) + await ctx.exports.Other.name());
} };`,
      },
      'ready true7 someone',
    ],
    [
      'the syntax of a service worker',
      {
        'index.ts': `import text from './text.txt';
addEventListener('fetch', (event) => { event.respondWith(handle(event)); });
async function handle(event) {
  event.waitUntil(KV.put('k', 'v'));
  return new Response([event.type, NAME, await DB.prepare('SELECT n FROM t').first('n'), event.request.cf.colo, text, event instanceof Event].join());
}`,
        'text.txt': 'a text',
      },
      'fetch,someone,7,LHR,a text,true',
    ],
    [
      'text, data and WebAssembly',
      {
        'index.ts': `import sql from './q.sql';
import html from './page.html';
import text from './text.txt';
import data from './data.bin';
import wasm from './answer.wasm';
import again from './answer.wasm?module';
export default { async fetch() {
  const { exports } = new WebAssembly.Instance(wasm);
  return new Response([sql, html, text, data instanceof ArrayBuffer, new Uint8Array(data), exports.answer.value, again === wasm].join('|'));
} };`,
        'q.sql': 'SELECT 1',
        'page.html': '<p>ä</p>',
        'text.txt': 'a text',
        'data.bin': Buffer.from([0, 255]),
        'answer.wasm': WASM,
      },
      'SELECT 1|<p>ä</p>|a text|true|0,255|42|true',
    ],
    [
      'modules of Node by their bare names, also where they are required',
      {
        'index.ts': `import { createHash } from 'crypto';
import { Buffer } from 'buffer';
import { join } from 'node:path';
import { inherits } from './common.cjs';
export default { fetch: () => new Response([createHash('sha256').update(Buffer.from('x')).digest('hex').slice(0, 8), join('a', 'b'), inherits].join()) };`,
        'common.cjs': `module.exports = { inherits: typeof require('util').inherits + typeof require('node:events') };`,
      },
      '2d711642,a/b,functionfunction',
    ],
  ])('%s', async (_, files, answer) => {
    const { ask, coldStart } = await start(files, { behaviour: { coldStarts: { LHR: 1 } } });

    expect([await ask(), await ask()]).toEqual([answer, answer]);
    await coldStart();
    expect([await ask(), await ask()]).toEqual([answer, answer]);
  });
});

describe('fetch', () => {
  const FETCHING = `export default { async fetch(request) {
  const url = new URL(request.url).searchParams.get('url');
  return fetch(url).then((answer) => answer, (error) => new Response('refused: ' + error.message));
} };`;
  const through = (url: string): string => `?url=${encodeURIComponent(url)}`;

  test('reaches an upstream on this machine, and nothing else, not by a redirect either', async () => {
    const upstream = createServer(({ url }, response) => {
      if (url === '/away') response.writeHead(302, { location: 'http://192.0.2.1/' }).end();
      else response.end('from upstream');
    });
    const port = await listen(upstream);
    onTestFinished(() => void upstream.close());
    const { ask } = await start({ 'index.ts': FETCHING });

    expect(await ask(through(`http://127.0.0.1:${port}/`))).toBe('from upstream');
    expect(await ask(through(`http://localhost:${port}/`))).toBe('from upstream');
    expect(await ask(through('https://example.com/'))).toMatch(
      /^refused: fetch of example\.com was refused: .* loopback addresses only/,
    );
    expect(await ask(through(`http://127.0.0.1:${port}/away`))).toMatch(/^refused: /);
  });
});

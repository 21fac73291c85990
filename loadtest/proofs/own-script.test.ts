import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findK6 } from '../k6-binary/find-k6.ts';
import { bundleClient } from '../k6-client/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-script-'));
const script = join(folder, 'script.js');
/** Of k6, where a threshold was crossed (errext/exitcodes in its source). */
const THRESHOLDS_HAVE_FAILED = 99;

/** What a team would write: nothing of it is ours but the client. */
const SCRIPT = `import { openSession, pathsOf, safetyThresholds } from './k6.js';
export const options = { vus: 2, iterations: 100, thresholds: safetyThresholds(100) };
const { document } = pathsOf({ id: 'id', version: 'version', body: '', canary: 'mark', items: 'items' });
let ask;
export default function () {
  ask ??= openSession({
    url: __ENV.URL, account: 'alder', identity: { authorization: 'Bearer t' }, bookmarkHeader: 'x-position',
    promises: ['sessions', 'never-stored'],
  });
  ask({
    operation: 'open', kind: 'read', method: 'GET', path: '/items/7',
    expect: { shape: 'document', resource: 'items', id: '7', select: document() },
  });
}`;

interface Reply {
  readonly account?: string;
  readonly version?: number;
  readonly caching?: string;
}

/** Answers every request, the last of a hundred as told. */
async function run(last: Reply): Promise<{ code: number; log: string; positions: number }> {
  let [asked, positions] = [0, 0];
  const server = createServer((request, response) => {
    asked += 1;
    if (request.headers['x-position'] === 'here') positions += 1;
    const { account = 'alder', version = 2, caching = 'private, no-store' } = asked === 100 ? last : {};
    response.setHeader('cache-control', caching);
    response.setHeader('x-position', 'here');
    response.end(JSON.stringify({ id: '7', version, mark: `canary:${account}:items:7:v${version}` }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // of a TCP server
  const { file } = await findK6();
  const child = spawn(file, ['run', '--quiet', '--no-usage-report', script], {
    env: { URL: `http://127.0.0.1:${port}` },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      log += chunk;
    });
  const [code] = await once(child, 'close');
  server.close();
  return { code, log, positions };
}

beforeAll(async () => {
  await bundleClient(join(folder, 'k6.js'));
  writeFileSync(script, SCRIPT);
});

test('a script of a team passes where every answer is right, and carries the session on', async () => {
  const { code, log, positions } = await run({});

  expect([code, log]).toEqual([0, expect.stringMatching(/documents_checked\}\n.*count=100/)]);
  expect(positions).toBe(98);
});

test.each<[string, Reply, RegExp]>([
  ['shows a document of another account', { account: 'birch' }, /isolation_violations: open .*canary:birch/],
  ['is older than one before', { version: 1 }, /stale_reads: open .* is v1, this user has seen v2/],
  ['may be stored', { caching: 'public' }, /cacheable_responses: open .* public/],
])('and fails where one of a hundred %s', async (_, last, said) => {
  const { code, log } = await run(last);

  expect(code, log).toBe(THRESHOLDS_HAVE_FAILED);
  expect(log).toMatch(said);
});

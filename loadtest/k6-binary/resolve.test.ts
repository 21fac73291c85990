import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listen } from '../../reference-worker/local/backend/index.ts';
import type { ReleaseArchive } from './download.ts';
import { cachedK6, type K6Search, pinnedArchives, resolveK6 } from './resolve.ts';

/** The resolver is under test, so small scripts that print a version may stand for k6 and for Go. */
const k6Script = (version: string): string => `#!/bin/sh\necho "k6 v${version} (go1.26, linux/amd64)"\n`;
const goScript = (body: string): string => `#!/bin/sh\n[ "$1" = version ] && exit 0\n${body}\n`;
const WORKING_GO = goScript(
  'while [ "$1" != -o ]; do shift; done; printf \'#!/bin/sh\\necho "k6 v2.2.0 (built)"\\n\' > "$2"; chmod +x "$2"',
);
const BROKEN_GO = goScript('echo "dial tcp: no route to host" >&2; exit 1');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'resolve-k6-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function place(file: string, content: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  return file;
}

const onPath = (name: string, content: string): string => place(join(root, 'bin', name), content);
const search = (env: NodeJS.ProcessEnv = {}, archive?: ReleaseArchive): K6Search => ({
  // The system folders are needed by the scripts' own tools; neither k6 nor go is looked for in them.
  env: { PATH: join(root, 'bin'), ...env },
  stateDir: join(root, 'state'),
  archives: { [`${process.platform}-${process.arch}`]: archive },
  signal: new AbortController().signal,
});
const inCache = (version: string): string => place(cachedK6(join(root, 'state')), k6Script(version));

async function serving(body: Buffer, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.end(body));
  const port = await listen(server);
  try {
    await use(`http://127.0.0.1:${port}/k6.tar.gz`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function releaseArchive(): Buffer {
  place(join(root, 'release', 'k6-v2.2.0', 'k6'), k6Script('2.2.0'));
  execFileSync('tar', ['-czf', 'k6.tar.gz', 'k6-v2.2.0/k6'], { cwd: join(root, 'release') });
  return readFileSync(join(root, 'release', 'k6.tar.gz'));
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('the order of the search', () => {
  test('K6_BIN goes before PATH and cache', async () => {
    const file = place(join(root, 'mine', 'k6'), k6Script('2.4.1'));
    onPath('k6', k6Script('2.2.0'));
    inCache('2.2.0');
    const found = await resolveK6(search({ K6_BIN: file }));
    expect(found).toEqual({ file, version: '2.4.1', source: 'named by K6_BIN' });
  });

  test('PATH goes before the cache', async () => {
    const file = onPath('k6', k6Script('2.3.0'));
    inCache('2.2.0');
    expect(await resolveK6(search())).toEqual({ file, version: '2.3.0', source: 'on PATH' });
  });

  test.each(['0.49.0', '2.1.9', '3.0.0'])('k6 %s on PATH is passed over for the cache', async (version) => {
    onPath('k6', k6Script(version));
    const file = inCache('2.2.0');
    expect(await resolveK6(search())).toEqual({ file, version: '2.2.0', source: 'in the cache' });
  });

  test('without a cached build Go builds one, and the next search finds it in the cache', async () => {
    onPath('go', WORKING_GO);
    const env = { PATH: `${join(root, 'bin')}:/bin:/usr/bin` };
    expect((await resolveK6(search(env))).source).toBe('built with Go');
    expect((await resolveK6(search({ PATH: '' }))).source).toBe('in the cache');
  });

  test('when the build fails the pinned archive is fetched and verified', async () => {
    onPath('go', BROKEN_GO);
    const bytes = releaseArchive();
    await serving(bytes, async (url) => {
      const archive = { url, sha256: sha256(bytes), member: 'k6-v2.2.0/k6' };
      expect((await resolveK6(search({}, archive))).source).toBe('from the official release');
    });
    expect(readdirSync(dirname(cachedK6(join(root, 'state'))))).toEqual(['k6']);
  });
});

describe('refusals', () => {
  test.each([
    ['not k6', '#!/bin/sh\necho hello\n', 'cannot be run as k6'],
    ['too old', k6Script('1.0.0'), 'is k6 1.0.0'],
  ])('K6_BIN that is %s is named, not replaced', async (_, script, words) => {
    const file = place(join(root, 'mine', 'k6'), script);
    onPath('k6', k6Script('2.2.0'));
    await expect(resolveK6(search({ K6_BIN: file }))).rejects.toThrow(new RegExp(`^k6_unusable: .*${words}`));
  });

  test('an archive with another checksum is never unpacked', async () => {
    const bytes = releaseArchive();
    await serving(bytes, async (url) => {
      const archive = { url, sha256: '0'.repeat(64), member: 'k6-v2.2.0/k6' };
      await expect(resolveK6(search({}, archive))).rejects.toThrow(/not the pinned 0{64}/);
    });
    expect(existsSync(cachedK6(join(root, 'state')))).toBe(false);
  });

  test('when nothing helps there is one error with every reason and what to install', async () => {
    onPath('k6', k6Script('0.49.0'));
    onPath('go', BROKEN_GO);
    await expect(resolveK6(search())).rejects.toThrow(
      /^k6_missing: .*0\.49\.0.*cache: none.*no route to host.*no release archive.*Install k6/,
    );
  });
});

test('every pinned archive names the pinned version and a SHA-256', () => {
  for (const archive of Object.values(pinnedArchives)) {
    expect(archive?.url).toContain('/v2.2.0/k6-v2.2.0-');
    expect(archive?.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});

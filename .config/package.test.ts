import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { root } from './tracked-files.ts';

/** The package as a stranger has it: packed, and installed into a folder where nothing else is. */
const folder = mkdtempSync(join(tmpdir(), 'shardproof-package-'));

const WORKER = `export default {
  async fetch(request, env) {
    const { results } = await env.DB.withSession('first-primary').prepare('SELECT n FROM log').all();
    return Response.json(results);
  },
};`;
const SUITE = `import { startWorker } from 'shardproof/local';
import { defineSystem } from 'shardproof';
const platform = await startWorker({
  entry: 'worker.js', stateDir: 'state', databases: { DB: 'CREATE TABLE log (n); INSERT INTO log VALUES (7)' },
});
const response = await fetch(platform.deployments[0].urls.LHR);
console.log(await response.text(), typeof defineSystem);
await platform.stop();`;

beforeAll(() => {
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, stdio: 'ignore' });
  const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }');
  writeFileSync(join(folder, 'worker.js'), WORKER);
  writeFileSync(join(folder, 'suite.js'), SUITE);
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${archive}`], {
    cwd: folder,
    stdio: 'ignore',
  });
}, 600_000);

test('its command checks the reference Worker, and writes its report where it was called', () => {
  const ran = spawnSync(
    'npx',
    ['shardproof', 'conformance', '--only', 'limits/list-limit', '--effort', 'fast'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );

  expect(ran.stdout, ran.stderr).toContain('1 of 1 checks hold.');
  expect(ran.status).toBe(0);
  expect(readdirSync(join(folder, 'reports', 'runs'))).toHaveLength(1);
}, 120_000);

test('its local platform runs a Worker in a suite of somebody else', () => {
  const ran = spawnSync(process.execPath, ['suite.js'], { cwd: folder, encoding: 'utf8' });

  expect(ran.stderr).toBe('');
  expect(ran.stdout).toBe('[{"n":7}] function\n');
}, 120_000);

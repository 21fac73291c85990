import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Stranger } from './stranger.testing.ts';
import { root } from './tracked-files.ts';

const stranger = new Stranger();
const { folder } = stranger;
const node22 = join(folder, 'node-22', 'node_modules', 'node', 'bin');
const node24 = stranger.node;
const run = (node: string, program: string, ...args: string[]) => stranger.run(program, args, node);

beforeAll(() => {
  stranger.installPackage('hono', 'zod', 'vitest', 'typescript', '@types/node', '@types/k6');
  cpSync(join(root, '.config', 'testing', 'crud'), folder, { recursive: true });
  stranger.install(join(folder, 'node-22'), 'node@22');
}, 600_000);

describe.each([
  ['22', node22],
  ['24', node24],
])('on Node %s', (major, node) => {
  test('its command checks the reference Worker, and writes its report where it was called', () => {
    const runs = join(folder, 'reports', 'runs');
    rmSync(runs, { recursive: true, force: true });

    const version = run(node, 'node', '--version');
    const ran = run(
      node,
      'shardproof',
      ...['conformance', '--system', 'shared-shards', '--only', 'limits/list-limit', '--effort', 'fast'],
    );

    expect(version.stdout).toMatch(`v${major}.`);
    expect(ran.stdout, ran.stderr).toContain('1 of 1 checks hold.');
    expect(ran.stdout).toMatch(/^Run again +npx shardproof conformance --only limits\/list-limit/m);
    expect(ran.status).toBe(0);
    expect(readdirSync(runs).filter((name) => name !== 'latest')).toHaveLength(1);
  }, 120_000);

  test('every export is there, with types that fit', () => {
    const called = run(node, 'node', 'exports.ts');
    const checked = run(node, 'tsc', '-p', 'exports.tsconfig.json');

    expect(called.stdout, called.stderr).toBe('defineSystem startWorker fieldModel\n');
    expect(checked.stdout).toBe('');
    expect(checked.status).toBe(0);
  }, 120_000);
});

test('only what works with the package is offered', () => {
  const asked = run(node24, 'shardproof', 'internal', '--help');
  const help = run(node24, 'shardproof', 'selftest', '--help');
  const mutants = run(node24, 'shardproof', 'selftest', '--systematic');

  expect([asked.status, asked.stderr]).toEqual([4, expect.stringMatching(/^only_in_repository: /)]);
  expect(help.stdout).not.toContain('systematic');
  expect(mutants.status).toBe(4);
});

const OPENAPI = `openapi: 3.1.0
servers: [{ url: /api }]
paths:
  /notes:
    post:
      requestBody: { content: { application/json: { schema: { properties: { title: { type: string }, body: { type: string } } } } } }
      responses: {}
  /notes/{id}:
    get: { responses: {} }
`;

describe('a newcomer', () => {
  test('has a description, an answer to each route and a first verdict', () => {
    const described = run(node24, 'shardproof', 'init');
    const ran = run(
      node24,
      'shardproof',
      'conformance',
      '--only',
      'isolation/swapped-id',
      '--effort',
      'fast',
    );

    expect(described.stdout, described.stderr).toContain(
      'notes: create ok, read ok, list ok, patch ok, delete ok',
    );
    expect(described.stdout).toMatch(/^\d+ of \d+ checks can judge it: isolation \d+/m);
    expect(described.stdout.split('\n').length).toBeLessThan(50);
    expect(described.status).toBe(0);
    expect(ran.stdout, ran.stderr).toContain('1 of 1 checks hold.');
  }, 240_000);

  test('loads the Worker by the journey and the documents that were written for it', () => {
    stranger.lendK6();

    const ran = run(node24, 'shardproof', 'capacity', '--scenario', 'smoke', '--size', '1MB');

    // On a busy machine it may be VOID: what was seen is told all the same.
    expect(ran.stdout, ran.stderr).toMatch(/0 isolation violations.*, 0 corrupt bodies; [1-9]/s);
  }, 240_000);

  test('may have its routes in YAML', () => {
    const described = join(folder, 'shardproof.config.ts');
    const first = readFileSync(described, 'utf8');
    rmSync(described);
    stranger.install(folder, 'yaml@2.9.1');
    writeFileSync(join(folder, 'openapi.yaml'), OPENAPI);

    const drafted = run(node24, 'shardproof', 'init');

    expect(drafted.stdout, drafted.stderr).toContain('2 routes, from openapi.yaml');
    expect(readFileSync(described, 'utf8')).toContain("path: '/api/:resource'");
    rmSync(join(folder, 'openapi.yaml'));
    writeFileSync(described, first);
  }, 240_000);

  test('is refused a second description over the first', () => {
    const before = readFileSync(join(folder, 'shardproof.config.ts'), 'utf8');

    const again = run(node24, 'shardproof', 'init');

    expect([again.status, again.stderr]).toEqual([4, expect.stringMatching(/^already_described: /)]);
    expect(readFileSync(join(folder, 'shardproof.config.ts'), 'utf8')).toBe(before);
  }, 60_000);
});

test('a suite of somebody else is red where the Worker drops the bookmark, and green where it does not', () => {
  const example = exampleOf('reference-worker/local/README.md');
  writeFileSync(join(folder, 'sessions.test.ts'), example);
  const worker = readFileSync(join(folder, 'src', 'sessions.ts'), 'utf8');
  const right = run(node24, 'vitest', 'run', 'sessions.test.ts');
  writeFileSync(
    join(folder, 'src', 'sessions.ts'),
    worker.replace("request.headers.get('x-d1-bookmark') ?? 'first-unconstrained'", "'first-unconstrained'"),
  );
  const wrong = run(node24, 'vitest', 'run', 'sessions.test.ts');

  expect(example.split('\n').length).toBeLessThan(30);
  expect([right.status, right.stdout]).toEqual([0, expect.stringContaining('1 passed')]);
  expect([wrong.status, wrong.stdout]).toEqual([1, expect.stringContaining('1 failed')]);
}, 240_000);

/** The first example of a suite on a page. */
function exampleOf(page: string): string {
  const [, example = ''] =
    /```ts\n(import \{ expect, test \} from 'vitest';\n.*?)```/s.exec(
      readFileSync(join(root, page), 'utf8'),
    ) ?? [];
  return example;
}

test('the client of k6 scripts is one file that needs nothing but k6', () => {
  const script = readFileSync(
    join(folder, 'node_modules', 'shardproof', '.shardproof', 'package', 'k6.js'),
    'utf8',
  );
  const imported = [...script.matchAll(/^import .*"(.+)";$/gm)].map(([, name]) => name);

  expect(new Set(imported)).toEqual(new Set(['k6/execution', 'k6/http', 'k6/metrics']));
  expect(
    existsSync(join(folder, 'node_modules', 'shardproof', '.github', 'actions', 'conformance', 'action.yml')),
  ).toBe(true);
});

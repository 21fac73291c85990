import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND } from '../../reports/command/command.testing.ts';
import { RunResult, runFolder } from '../../reports/index.ts';

/** The gate of CI on a real Worker: the same twice, and then as somebody has changed it. */
const ROOT = join(import.meta.dirname, '..', '..');
const NOTEBOOK = join(ROOT, 'reference-worker', 'target', 'testing', 'notebook');
const folder = mkdtempSync(join(tmpdir(), 'baseline-'));
const stored: string[] = [];
afterAll(() => {
  for (const run of [folder, ...stored.map((runId) => runFolder(ROOT, runId))])
    rmSync(run, { recursive: true });
});

/** The Worker of the notebook with something else in it. @returns its description */
function describedAs(name: string, from: string, to: string): string {
  const source = readFileSync(join(NOTEBOOK, 'notebook-worker.ts'), 'utf8');
  if (!source.includes(from)) throw new Error(`the Worker does not hold ${from}`);
  writeFileSync(join(folder, `${name}-worker.ts`), source.replaceAll(from, to));
  const configuration = JSON.parse(readFileSync(join(NOTEBOOK, 'wrangler.jsonc'), 'utf8'));
  const [database] = configuration.d1_databases;
  const changed = {
    ...{ ...configuration, main: `${name}-worker.ts` },
    d1_databases: [{ ...database, migrations_dir: join(NOTEBOOK, 'migrations') }],
  };
  writeFileSync(join(folder, `${name}.jsonc`), JSON.stringify(changed));
  const file = join(folder, `${name}.config.ts`);
  writeFileSync(
    file,
    `import notebook from ${JSON.stringify(join(NOTEBOOK, 'shardproof.config.ts'))};\n` +
      `export default { ...notebook, worker: { ...notebook.worker, config: ${JSON.stringify(join(folder, `${name}.jsonc`))} } };\n`,
  );
  return file;
}

async function capacity(config: string, ...more: readonly string[]) {
  const args = ['capacity', '--config', config, '--scenario', 'smoke', '--hold', '80', '--latency', 'uk-eu'];
  const child = spawn(COMMAND[0], [COMMAND[1], ...args, '--json', ...more], { cwd: ROOT });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const result = stdout === '' ? undefined : RunResult.parse(JSON.parse(stdout));
  if (result) stored.push(result.runId);
  return { code, result, stderr };
}

describe('a run that is held against the newest that passed', () => {
  const AS_IT_IS = join(NOTEBOOK, 'shardproof.config.ts');
  const GATE = ['--baseline', 'latest', '--fail-on', 'regression'];
  let first: RunResult | undefined;
  beforeAll(async () => {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const { code, result, stderr } = await capacity(AS_IT_IS);
    expect(code, stderr).toBe(0);
    first = result;
  }, 300_000);

  test('is green where nothing was changed', async () => {
    const { code, result, stderr } = await capacity(AS_IT_IS, ...GATE);

    expect(result?.baseline, stderr).toMatchObject({ runId: first?.runId, regressions: [] });
    expect([code, result?.verdict.outcome], JSON.stringify(result?.baseline)).toEqual([0, 'PASS']);
  }, 300_000);

  test('is red where every answer takes some milliseconds more', async () => {
    const slow = describedAs(
      'slow',
      "const position = c.req.header('x-notebook-position');",
      "const position = c.req.header('x-notebook-position');\n    await scheduler.wait(8);",
    );

    const { code, result, stderr } = await capacity(slow, ...GATE);

    expect([code, result?.verdict.signal], stderr).toEqual([1, 'regression']);
    expect(result?.baseline?.regressions).toContain('p50 of a second is higher');
  }, 300_000);

  test('is red where a statement has lost its index, by the rows alone', async () => {
    const scanning = describedAs('scanning', 'WHERE user = ?1 AND id = ?2', 'WHERE +user = ?1 AND +id = ?2');

    const { code, result, stderr } = await capacity(scanning, ...GATE);

    expect([code, result?.verdict.signal], stderr).toEqual([1, 'regression']);
    expect(result?.baseline?.regressions.join()).toMatch(/open-note: a request reads \S+ -> \S+ rows/);
  }, 300_000);

  test('is refused where something else was asked', async () => {
    const { code, stderr } = await capacity(AS_IT_IS, ...GATE, '--seed', '77', '--read-replication', 'auto');

    expect(code).toBe(4);
    expect(stderr).toMatch(/not_comparable: .*scenario seed .*behaviour/);
    expect(stderr).not.toMatch(/seed: |load:/);
  }, 60_000);
});

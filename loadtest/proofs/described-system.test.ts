import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/target/index.ts';
import { loadTestSystem } from '../../reference-worker/target/testing/index.ts';
import { COMMAND } from '../../reports/command/command.testing.ts';
import { exitCodeOf, RUNS_FOLDER, type RunResult, readRun, runFolder } from '../../reports/index.ts';
import { runExperiment } from '../compare/index.ts';
import { blockShape } from '../compare/scenario.ts';
import { controlTreatments } from '../compare/treatments.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { scenarioOf, withOverrides } from '../scenarios/index.ts';
import { subjectOf } from '../system.ts';

/** A system that a user describes goes through the commands by its description alone. */
const ROOT = join(import.meta.dirname, '..', '..');
const RUNS = join(ROOT, RUNS_FOLDER);
const NOTEBOOK = join(ROOT, 'reference-worker', 'target', 'testing', 'notebook', 'shardproof.config.ts');

async function command(args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(COMMAND[0], [COMMAND[1], ...args], { cwd: ROOT });
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk;
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const [code] = await once(child, 'close');
  return { code, output };
}

const storedRuns = (): string[] =>
  existsSync(RUNS) ? readdirSync(RUNS).filter((name) => name !== 'latest') : [];
const brokenGuarantees = ({ signals }: Pick<RunResult, 'signals'>): string[] =>
  signals.flatMap(({ id, kind, holds }) => (kind === 'safety' && !holds ? [id] : []));

test('capacity seeds it, signs in, lets its people work and verifies what they see', async () => {
  const before = storedRuns();

  const { code, output } = await command(['capacity', '--scenario', 'smoke', '--config', NOTEBOOK]);

  const [run = ''] = storedRuns().filter((name) => !before.includes(name));
  const result = await readRun(runFolder(ROOT, run));
  rmSync(runFolder(ROOT, run), { recursive: true });
  expect(output).toContain('DB holds ');
  expect(result.operations.map(({ name, failures }) => [name, failures])).toEqual(
    ['browse', 'open-note', 'list-tags', 'retitle', 'see-title', 'add-note', 'see-note'].map((name) => [
      name,
      0,
    ]),
  );
  expect(result.verification.documentsChecked).toBeGreaterThan(1_000);
  // Of the size that was asked for, beside its neighbours on the same database.
  expect(result.topology.accounts.filter(({ shardId }) => shardId === 'DB')).toHaveLength(4);
  expect(result.topology.shardFileBytes.DB).toBeGreaterThan(20e6);
  // What its operations cost was measured by nobody, so nothing is said of it.
  expect(result.headroom).toBeNull();
  expect(result.reproduce).toContain(`--config ${NOTEBOOK}`);
  expect(code).toBe(exitCodeOf[result.verdict.outcome]);
}, 300_000);

test('a comparison of two blocks keeps every guarantee on both', async () => {
  const subject = await subjectOf(await loadTestSystem('notebook'));
  const treatments = controlTreatments(subject.placements);
  // Seven think times, which is as long as it takes until all of them are at work.
  const phases = blockShape.phases.map((phase) => ({ ...phase, seconds: 2 }));
  const shape = { ...blockShape, phases, thinkTimeMedianMs: 300 };
  const scenario = withOverrides(scenarioOf(shape, subject.system), {
    ...{ virtualUsers: 20, sizeBytes: 8e6, holdSeconds: 6 },
  });

  const blocks = await runExperiment({
    ...{ subject, treatments, pairs: 1, scenario, behaviourGiven: 'uk-eu', root: ROOT },
    behaviour: Behaviour.parse({ latency: 'uk-eu' }),
    k6: await findK6(),
    signal: new AbortController().signal,
  });

  expect(blocks.map(({ treatment }) => treatment.name)).toEqual(['shared', 'shared-again']);
  expect(blocks.map((block) => brokenGuarantees(block.result))).toEqual([[], []]);
  expect(blocks.every((block) => block.result.verification.documentsChecked > 200)).toBe(true);
}, 300_000);

describe('a description that says too little is refused before anything starts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'described-'));
  /** The notebook without some of its parts. */
  function without(...parts: string[]): string {
    const file = join(folder, `without-${parts.join('-')}.ts`);
    writeFileSync(
      file,
      `import notebook from ${JSON.stringify(NOTEBOOK)};\n` +
        `export default { ...notebook, ${parts.map((part) => `${part}: undefined`).join(', ')} };\n`,
    );
    return file;
  }

  /** The notebook in a placement of its own. */
  function onlyShared(): string {
    const file = join(folder, 'only-shared.ts');
    const target = join(ROOT, 'reference-worker', 'target', 'index.ts');
    const config = join(dirname(NOTEBOOK), 'wrangler.jsonc');
    writeFileSync(
      file,
      `import { placementsOf } from ${JSON.stringify(target)};\n` +
        `import notebook from ${JSON.stringify(NOTEBOOK)};\n` +
        `const worker = { ...notebook.worker, config: ${JSON.stringify(config)} };\n` +
        'const { topologies: { shared }, ...placements } = await placementsOf({ ...notebook, worker });\n' +
        'export default { ...notebook, worker, placements: { ...placements, topologies: { shared } } };\n',
    );
    return file;
  }

  /** The notebook, whose tags say nothing of their owner. */
  function unmarked(): string {
    const documents = readFileSync(join(dirname(NOTEBOOK), 'documents.ts'), 'utf8');
    const data = join(folder, 'unmarked.ts');
    writeFileSync(
      data,
      documents
        .replace(/label: marked\((choice\(.*\))\)/, 'label: $1')
        .replace('../../../../fixtures', join(ROOT, 'fixtures'))
        .replace('import.meta.dirname', JSON.stringify(dirname(NOTEBOOK))),
    );
    const file = join(folder, 'config-unmarked.ts');
    writeFileSync(
      file,
      `import notebook from ${JSON.stringify(NOTEBOOK)};\n` +
        `const worker = { ...notebook.worker, config: ${JSON.stringify(join(dirname(NOTEBOOK), 'wrangler.jsonc'))} };\n` +
        `export default { ...notebook, worker, data: new URL(${JSON.stringify(pathToFileURL(data).href)}) };\n`,
    );
    return file;
  }

  test.each([
    ['capacity', [], unmarked(), 'do not say in tags whose they are'],
    ['capacity', [], without('journey'), 'give it a part "journey"'],
    ['capacity', [], without('objectives'), 'give it a part "journey" and a part "objectives"'],
    ['capacity', [], without('data'), 'give it a part "data"'],
    ['capacity', [], without('limits'), 'there is no wrangler configuration'],
    ['capacity', [], without('worker'), 'describe worker and accounts'],
    ['capacity', ['--topology', 'elsewhere'], NOTEBOOK, 'choose one of shared, dedicated'],
    ['capacity', ['--kv'], NOTEBOOK, 'no cache that could be left out'],
    ['compare', [], onlyShared(), 'add "dedicated" to the topologies of its part "placements"'],
    ['compare', ['--control'], without('data'), 'give it a part "data"'],
  ])('%s %j %s', async (verb, options, config, said) => {
    const { code, output } = await command([verb, ...options, '--config', config]);

    expect(output.replaceAll(/\s+/g, ' ')).toContain(said);
    expect(output).not.toMatch(/seed:|load:|k6:/);
    expect(code).toBe(4);
  });
});

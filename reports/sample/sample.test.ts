import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeRun } from '../capacity/index.ts';
import { readAttachments, readResult, renderReport } from '../history/index.ts';
import { KINDS } from '../schema/index.ts';
import { sampleBehaviour } from '../testing/sample-behaviour.ts';
import { sampleLadder } from '../testing/sample-ladder.ts';
import { generatorSignal, sampleResult } from '../testing/sample-result.ts';
import { copySamples } from './copy.ts';

const PAGE_BYTES_MAX = 600_000;
const PICTURE_BYTES_MAX = 200_000;

/** Each is a folder, called as its kind, or as its kind and what sets it apart. */
const SAMPLES = readdirSync(import.meta.dirname, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

test('there is a sample of each kind, but of a load on a deployed Worker: none was driven whose figures could be shown', () => {
  expect(KINDS.filter((kind) => !SAMPLES.includes(kind))).toEqual(['remote-load']);
});

describe.each(SAMPLES)('the committed sample %s', (name) => {
  const folder = join(import.meta.dirname, name);

  test('follows the current schema, and its page is what the renderer makes of it', async () => {
    const result = await readResult(folder);
    const page = await readFile(join(folder, 'report.html'), 'utf8');

    expect(name.startsWith(result.kind)).toBe(true);
    expect(page === (await renderReport(result, await readAttachments(folder, result)))).toBe(true);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(PAGE_BYTES_MAX);
  });
});

test('the picture of the README stays small', async () => {
  const picture = join(import.meta.dirname, 'capacity.png');

  expect((await stat(picture)).size).toBeLessThanOrEqual(PICTURE_BYTES_MAX);
});

test('copies the newest ladders that have figures, and leaves a kind alone of which none is stored', async () => {
  const root = await mkdtemp(join(tmpdir(), 'shardproof-sample-'));
  const startedAt = (hour: number) => ({ startedAt: `2026-11-21T0${hour}:00:00.000Z`, runId: `run-${hour}` });
  const unreplicated = { behaviour: { ...sampleBehaviour, readReplication: 'disabled' as const } };
  await writeRun(sampleLadder({ ...startedAt(1), ...unreplicated }), { root });
  await writeRun(sampleLadder(startedAt(2)), { root });
  await writeRun(sampleLadder(startedAt(3)), { root });
  await writeRun(sampleResult(startedAt(4)), { root });
  await writeRun(sampleLadder({ ...startedAt(5), signals: [generatorSignal(99)] }), { root });

  const copied = await copySamples(root);

  expect(copied).toEqual([
    { name: 'capacity-replicated', runId: 'run-3' },
    { name: 'capacity', runId: 'run-1' },
  ]);
  const sample = join(root, 'reports/sample/capacity-replicated');
  expect(await readResult(sample)).toEqual(sampleLadder(startedAt(3)));
  expect(await readFile(join(sample, 'report.html'), 'utf8')).toContain('run-3');
  await rm(root, { recursive: true });
});

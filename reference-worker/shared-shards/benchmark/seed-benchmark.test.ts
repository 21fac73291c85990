import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContentHash, documentsIn, rowsOf } from '../../../fixtures/documents/index.ts';
import { applyMigrations } from '../../../migrations/apply.ts';
import { COMMAND } from '../../../reports/command/command.testing.ts';
import { COLLECTIONS, type CollectionName } from '../data/ids.ts';
import { MIGRATIONS, model } from '../data/model.ts';
import { planAccount } from '../data/plan.ts';
import type { MeasurementOf, SeedContestant } from './contestant.ts';
import { runContestant } from './run-contestant.ts';
import { refuseUndone } from './stored.ts';

const plan = planAccount({ account: 'acme', seed: 1, sizeBytes: 2e6 });
let parent: string;
let measured: { readonly [C in Exclude<SeedContestant, 'dump' | 'sql-files'>]: MeasurementOf<C> };
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'benchmark-'));
  measured = { ours: await run('ours'), ceiling: await run('ceiling'), faker: await run('faker') };
});
afterAll(() => rm(parent, { recursive: true }));

async function run<C extends SeedContestant>(contestant: C): Promise<MeasurementOf<C>> {
  const folder = await mkdtemp(join(parent, 'work-'));
  return runContestant({ contestant, plan, folder, threads: 2 });
}

function query(file: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(file);
  const rows = database.prepare(sql).all();
  database.close();
  return rows;
}

const bodies = (file: string, collection: CollectionName): string[] =>
  query(file, `SELECT body FROM ${collection}`).map(({ body }) => String(body));
const meanBytes = (texts: readonly string[]): number => Buffer.byteLength(texts.join('')) / texts.length;

function contentOf(file: string): string {
  const hash = new ContentHash();
  for (const collection of COLLECTIONS) {
    for (const { entity_id, body } of query(file, `SELECT entity_id, body FROM ${collection}`)) {
      hash.add({ resource: collection, id: String(entity_id), body: String(body) });
    }
  }
  return hash.toString();
}

const INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";

/** Wrangler, whose start takes longest, is measured in the whole run below. */
describe.each(['ours', 'ceiling', 'faker'] as const)('the contestant %s', (contestant) => {
  test('stores the documents and builds the indexes that it says', () => {
    const { file, documents, documentBytes, seconds } = measured[contestant];

    const stored = COLLECTIONS.map((collection) => bodies(file, collection));
    expect(stored.map(({ length }) => length)).toEqual(
      COLLECTIONS.map((collection) => plan.counts[collection]),
    );
    expect(documents).toBe(documentsIn(plan));
    expect(documentBytes).toBe(Buffer.byteLength(stored.flat().join('')));
    const migrated = new DatabaseSync(':memory:');
    applyMigrations(migrated, MIGRATIONS);
    expect(query(file, INDEXES)).toEqual(migrated.prepare(INDEXES).all());
    migrated.close();
    expect(seconds).toBeGreaterThan(0);
  });
});

test('ours and the ceiling store the same content', () => {
  const { ours, ceiling } = measured;

  const derived = new ContentHash();
  for (const row of rowsOf(model, plan)) derived.add(row);
  expect(contentOf(ours.file)).toBe(derived.toString());
  expect(contentOf(ceiling.file)).toBe(derived.toString());
  expect(ours.documentBytes).toBe(ceiling.documentBytes);
  // Node alone takes this much; a sum of nothing would be less.
  expect(ours.peakResidentBytes).toBeGreaterThan(30e6);
  expect(ours.secondsWithVerification).toBeGreaterThan(ours.seconds);
});

test('the loop with faker makes documents of our fields and about our size', () => {
  const { file } = measured.faker;

  const ours = Map.groupBy(rowsOf(model, plan), ({ resource }) => resource);
  for (const collection of ['clients', 'finances', 'notes'] as const) {
    const expected = (ours.get(collection) ?? []).map(({ body }) => body);
    const made = bodies(file, collection);
    const fields = ([first]: readonly string[]): string[] => Object.keys(JSON.parse(first ?? '')).sort();
    expect(fields(made)).toEqual(fields(expected));
    expect(Math.abs(meanBytes(made) / meanBytes(expected) - 1)).toBeLessThan(0.1);
  }
});

describe('a rate counts for nothing', () => {
  test.each([
    [
      'a document is missing',
      "DELETE FROM users WHERE entity_id = 'us-00001'",
      0,
      'holds 39 users instead of 40',
    ],
    [
      'a document is one too many',
      "UPDATE groups SET account_id = 'birch'",
      0,
      'holds 0 groups instead of 2',
    ],
    ['an index is missing', 'DROP INDEX notes_by_author_id', 0, 'lacks CREATE INDEX notes_by_author_id'],
    ['another number of documents is claimed', 'SELECT 1', 1, 'was said to hold'],
  ])('when %s', async (_, sql, moreClaimed, message) => {
    const file = join(await mkdtemp(join(parent, 'stored-')), 'some.sqlite');
    const database = new DatabaseSync(file);
    applyMigrations(database, MIGRATIONS);
    database.exec('BEGIN');
    for (const { resource: collection, id, body } of rowsOf(model, plan)) {
      database
        .prepare(`INSERT INTO ${collection} (account_id, entity_id, _version, body) VALUES (?, ?, 1, ?)`)
        .run(plan.account, id, body);
    }
    database.exec('COMMIT');
    const claimed = { file, documents: documentsIn(plan) + moreClaimed, documentBytes: 1, seconds: 1 };
    if (moreClaimed === 0) expect(() => refuseUndone(claimed, plan)).not.toThrow();
    database.exec(sql);
    database.close();

    expect(() => refuseUndone(claimed, plan)).toThrow(message);
  });

  test('when the process of the contestant fails', async () => {
    const folder = await mkdtemp(join(parent, 'work-'));
    await writeFile(join(folder, 'ceiling.sqlite'), 'This is no database, and it is long enough to be read.');

    await expect(runContestant({ contestant: 'ceiling', plan, folder })).rejects.toMatchObject({
      code: 'contestant_failed',
      message: expect.stringContaining('file is not a database'),
    });
  });

  test('when it is interrupted, which ends the process', async () => {
    const folder = await mkdtemp(join(parent, 'work-'));
    const controller = new AbortController();
    const onStep = (): void => controller.abort(new Error('enough'));

    await expect(
      runContestant({ contestant: 'ours', plan, folder }, { onStep, signal: controller.signal }),
    ).rejects.toThrow('enough');
  });
});

describe('npm run internal -- benchmark:seed', () => {
  const start = (...args: string[]) =>
    spawn(COMMAND[0], [COMMAND[1], 'internal', 'benchmark:seed', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test('measures all contestants, says which aims are missed, and keeps nothing', async () => {
    const folder = join(parent, 'whole');
    await mkdir(folder);

    const child = start('--size', '1MB', '--skip-full', '--folder', folder);
    const [[code], output] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);

    const documents = documentsIn(planAccount({ account: 'acme', seed: 20_261_101, sizeBytes: 1e6 }));
    const all = documents.toLocaleString('en-GB');
    for (const name of [
      'ours, run 1',
      'ours, run 2',
      'ceiling, run 1',
      'ceiling, run 2',
      'plain loop',
      'wrangler d1',
    ]) {
      expect(output).toMatch(new RegExp(`^${name}.* ${all} `, 'm'));
    }
    // One start of wrangler for so few documents: nothing is a hundred times slower than the start of our threads.
    expect(output).toMatch(
      /^MISSED {2}our rate over a dump through wrangler d1 execute: [\d.]+ times, aim at least 100$/m,
    );
    expect(code).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  }, 180_000);

  test('starts nothing when it is used wrongly', async () => {
    const child = start('--size', 'large');
    const [[code], said] = await Promise.all([once(child, 'close'), text(child.stderr), text(child.stdout)]);

    expect(said).toMatch(/^bad_size: "large" is not a size/);
    expect(code).toBe(4);
  });

  test('stops when it is interrupted, and keeps nothing', async () => {
    const folder = join(parent, 'interrupted');
    await mkdir(folder);

    const child = start('--size', '20MB', '--skip-full', '--folder', folder);
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const [[code], said] = await Promise.all([once(child, 'close'), text(child.stderr)]);

    expect(said).toContain('interrupted');
    expect(code).toBe(130);
    expect(await readdir(folder)).toEqual([]);
  });
});

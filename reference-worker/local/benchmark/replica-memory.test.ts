import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { freshFolder } from '../testing/fresh-folder.ts';
import { measureReplicaMemory } from './replica-memory.ts';

const NOTES = `CREATE TABLE notes (account_id TEXT, entity_id TEXT, _version INTEGER, body TEXT,
  PRIMARY KEY (account_id, entity_id));
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
  INSERT INTO notes SELECT 'acme', i, 1, printf('%.2000c', 'x') FROM n;`;

function newDataSet(): string {
  const file = join(freshFolder(), 'shard.sqlite');
  const database = new DatabaseSync(file);
  database.exec(NOTES);
  database.close();
  return file;
}

const signal = new AbortController().signal;
const numberIn = (line: string | undefined, unit: string): number =>
  Number(new RegExp(`([\\d,.]+) ${unit}`).exec(line ?? '')?.[1]?.replace(',', ''));

test('three processes serve the same copy, the last one from replicas that lag', async () => {
  const source = newDataSet();
  const told: string[] = [];
  const tell = (step: string): void => void told.push(step);

  const { lines, aims } = await measureReplicaMemory({ folder: freshFolder(), tell, signal }, source, 1);

  const [, primary, withWrites, replicas] = lines;
  for (const line of [primary, withWrites, replicas]) {
    expect(numberIn(line, 'reads')).toBeGreaterThan(100);
    // Node alone takes as much.
    expect(numberIn(line, 'MB resident')).toBeGreaterThan(30);
  }
  expect([primary, withWrites, replicas].map((line) => numberIn(line, 'writes') > 5)).toEqual([
    false,
    true,
    true,
  ]);
  expect([primary, withWrites].map((line) => numberIn(line, 'commits'))).toEqual([0, 0]);
  expect(aims.find(({ what }) => what.startsWith('how far'))?.measured.value).toBeGreaterThan(2);
  expect(told).toHaveLength(4);
  // Never opened: a log would lie beside it.
  expect(await readdir(join(source, '..'))).toEqual(['shard.sqlite']);
});

test('what is no data set fails with the words of SQLite', async () => {
  const context = { folder: freshFolder(), tell: () => undefined, signal };

  await expect(measureReplicaMemory(context, import.meta.filename, 1)).rejects.toMatchObject({
    code: 'part_failed',
    message: expect.stringContaining('file is not a database'),
  });
});

test('an interruption ends the process', async () => {
  const controller = new AbortController();
  const tell = (step: string): void => {
    if (step.startsWith('primary')) setTimeout(() => controller.abort(new Error('enough')), 200);
  };
  const context = { folder: freshFolder(), tell, signal: controller.signal };

  await expect(measureReplicaMemory(context, newDataSet(), 60)).rejects.toThrow('enough');
});

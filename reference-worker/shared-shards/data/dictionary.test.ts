import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { dataDictionary, rowsOf } from '../../../fixtures/documents/index.ts';
import { applyMigrations } from '../../../migrations/apply.ts';
import { countFigures } from './dictionary.ts';
import { clientIndexOf } from './ids.ts';
import { MIGRATIONS, model, sharedShardsData } from './index.ts';
import { planAccount } from './plan.ts';

const text = dataDictionary(sharedShardsData);
const plan = planAccount({ account: 'acme', seed: 1, sizeBytes: 24e6 });

describe('the data dictionary', () => {
  test('is the one that the code makes', () => {
    const committed = readFileSync(join(import.meta.dirname, 'DATA-DICTIONARY.md'), 'utf8');

    expect(committed).toBe(text);
  });

  test('names every field of every collection', () => {
    for (const { resource, body } of [0, 1].flatMap((unit) => [...model.rowsOfUnit(plan, unit)])) {
      const section = text.split(`## ${resource}\n`)[1]?.split('\n## ')[0] ?? '';
      for (const field of Object.keys(JSON.parse(body))) {
        expect(section).toMatch(new RegExp(`^\\| \`${field}(?:\`|\\.)`, 'm'));
      }
    }
  });

  test('marks the columns that the shard generates from the body, all of them', () => {
    const database = new DatabaseSync(':memory:');
    applyMigrations(database, MIGRATIONS);
    for (const { table, columns } of Object.values(model.storage?.tables ?? {})) {
      const generated = database
        .prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden IN (2, 3)')
        .all(table)
        .map(({ name }) => name);

      expect(Object.values(columns).sort()).toEqual(generated.sort());
      for (const column of Object.values(columns)) expect(text).toContain(`| \`${column}\` |`);
    }
  });

  test('gives figures that documents bear out', () => {
    const notes = new Array<number>(plan.counts.clients).fill(0);
    for (const { resource, id } of rowsOf(model, plan)) {
      const client = clientIndexOf(id) ?? -1;
      if (resource === 'notes') notes[client] = (notes[client] ?? 0) + 1;
    }
    const sorted = notes.sort((a, b) => a - b);
    const [, , minimum, mean, p50, p95, maximum] =
      countFigures().find(([what]) => what === 'notes per client') ?? [];

    expect(sorted[0]).toBe(minimum);
    expect(Math.abs(plan.counts.notes / plan.counts.clients - Number(mean))).toBeLessThan(0.5);
    expect(sorted[Math.floor(plan.counts.clients * 0.5)]).toBe(p50);
    expect(Math.abs((sorted[Math.floor(plan.counts.clients * 0.95)] ?? 0) - Number(p95))).toBeLessThanOrEqual(
      2,
    );
    expect(sorted.at(-1)).toBeLessThanOrEqual(Number(maximum));
  });
});

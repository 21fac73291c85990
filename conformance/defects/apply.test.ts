import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { applyDefect } from './apply.ts';
import type { Defect } from './defect.ts';

const defect = (edits: Defect['edits']): Defect => ({ id: 'test/defect', title: '', check: '', edits });
const edit = { file: 'limits.ts', find: 'LIST_MAX_ITEMS = 100', replace: 'LIST_MAX_ITEMS = $& 7' };

test('a copy of the Worker is patched, to the letter, and the Worker is not', () => {
  const { entry, remove } = applyDefect(defect([edit]));

  const patched = readFileSync(join(dirname(entry), 'limits.ts'), 'utf8');
  remove();

  const original = readFileSync(
    join(import.meta.dirname, '..', '..', 'reference-worker', 'shared-shards', 'src', 'limits.ts'),
    'utf8',
  );
  expect(patched).toBe(original.replace('LIST_MAX_ITEMS = 100', () => 'LIST_MAX_ITEMS = $& 7'));
  expect(patched).not.toBe(original);
  expect(existsSync(dirname(entry))).toBe(false);
});

test.each([
  ['is not there', 'no such text', '0 places'],
  ['is there more than once', 'export const', '7 places'],
])('an edit whose text %s is refused, naming the defect and the file', (_, find, places) => {
  const apply = () => applyDefect(defect([{ ...edit, find }]));

  expect(apply).toThrow(/^defect test\/defect does not apply: .* limits\.ts/);
  expect(apply).toThrow(places);
});

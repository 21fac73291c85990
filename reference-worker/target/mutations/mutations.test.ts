import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyMutation } from './apply.ts';
import { type Mutable, parseMutation, readMutations } from './mutation.ts';

const HEAD = 'title: The limit is seven.\ncheck: limits/items\n';
const diffOf = (...lines: string[]): string => `--- a/limits.ts\n+++ b/limits.ts\n${lines.join('\n')}\n`;
const HUNK = ['@@ -1,3 +1,3 @@', ' // First.', '-const LIMIT = 100;', '+const LIMIT = 7; // $&', ' // Last.'];

function systemOf(limits: string): Mutable {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  if (limits !== '') writeFileSync(join(folder, 'limits.ts'), limits);
  return { name: 'small', mutations: { folder, worker: { folder, entry: 'index.ts' } } };
}
const system = systemOf('// First.\nconst LIMIT = 100;\n// Last.\n');

describe('a mutation', () => {
  test('is front matter, an empty line and a unified diff', () => {
    const mutation = parseMutation('limits/seven', `${HEAD}\n${diffOf(...HUNK)}`);

    expect(mutation).toMatchObject({
      id: 'limits/seven',
      title: 'The limit is seven.',
      check: 'limits/items',
    });
    expect(mutation.incident).toBeUndefined();
    expect(mutation.patches).toHaveLength(1);
  });

  test('is named after its file, and other files are none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
    writeFileSync(join(folder, 'seven.diff'), `${HEAD}\n${diffOf(...HUNK)}`);
    writeFileSync(join(folder, 'index.ts'), '');

    expect(
      readMutations({ name: 'small', mutations: { folder, worker: { folder, entry: 'index.ts' } } }).map(
        ({ id }) => id,
      ),
    ).toEqual(['seven']);
  });

  test.each([
    ['without a title', `check: limits/items\n\n${diffOf(...HUNK)}`, 'title'],
    ['without check and signal', `title: Seven.\n\n${diffOf(...HUNK)}`, 'either the check or the signal'],
    ['with both', `${HEAD}signal: lost\n\n${diffOf(...HUNK)}`, 'either the check or the signal'],
    ['with a field that there is not', `${HEAD}chek: x\n\n${diffOf(...HUNK)}`, 'chek'],
    [
      'with an incident that cannot be looked up',
      `${HEAD}incident: x\n\n${diffOf(...HUNK)}`,
      'needs its source',
    ],
    ['without a diff', `${HEAD}\n`, 'there is no unified diff'],
    ['without an empty line', `${HEAD}${diffOf(...HUNK)}`, 'there is no empty line'],
    ['with half a hunk', `${HEAD}\n${diffOf(...HUNK.slice(0, 3))}`, /hunk/i],
  ])('%s is refused by name', (_, text, message) => {
    expect(() => parseMutation('limits/seven', text)).toThrow(/^bad_mutation: limits\/seven\.diff: /);
    expect(() => parseMutation('limits/seven', text)).toThrow(message);
  });
});

describe('applied', () => {
  const mutation = parseMutation('limits/seven', `${HEAD}\n${diffOf(...HUNK)}`);

  test('it changes a copy of the Worker, to the letter', () => {
    const { entry, remove } = applyMutation(mutation, system);

    const text = readFileSync(join(dirname(entry), 'limits.ts'), 'utf8');
    remove();

    expect(text).toBe('// First.\nconst LIMIT = 7; // $&\n// Last.\n');
    expect(readFileSync(join(system.mutations?.folder ?? '', 'limits.ts'), 'utf8')).toContain('LIMIT = 100;');
    expect(existsSync(dirname(entry))).toBe(false);
  });

  test('to a Worker whose lines have moved, it finds them', () => {
    const { entry, remove } = applyMutation(
      mutation,
      systemOf('\n\n// First.\nconst LIMIT = 100;\n// Last.\n'),
    );

    const text = readFileSync(join(dirname(entry), 'limits.ts'), 'utf8');
    remove();

    expect(text).toContain('LIMIT = 7');
  });

  test.each([
    ['whose lines have changed', '// First.\nconst LIMIT = 99;\n// Last.\n', '0 places'],
    ['that has these lines twice', '// First.\nconst LIMIT = 100;\n// Last.\n'.repeat(2), '2 places'],
  ])('to a Worker %s, it is refused by file and hunk', (_, text, places) => {
    const apply = () => applyMutation(mutation, systemOf(text));

    expect(apply).toThrow(
      /^bad_mutation: limits\/seven\.diff does not apply: hunk 1 of limits\.ts \(line 1\) /,
    );
    expect(apply).toThrow(places);
  });

  test('to a Worker without the file, it is refused', () => {
    expect(() => applyMutation(mutation, systemOf(''))).toThrow('there is no file limits.ts');
  });

  test('to a system that has no mutations, it is refused', () => {
    expect(() => applyMutation(mutation, { name: 'small' })).toThrow('The system small has no mutations');
  });
});

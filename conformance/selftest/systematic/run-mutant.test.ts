import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import { mutationsOf } from '../../../reference-worker/target/index.ts';
import { CHECKS } from '../../checks/registry.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { runMutant } from './run-mutant.ts';
import { typeErrorsOf } from './type-errors.ts';

const { worker } = mutationsOf(system);
const source = readFileSync(join(worker.folder, 'statements.ts'), 'utf8');
const mutantWith = (text: string): Mutant => ({
  id: 'statements.ts#test/test/1',
  file: 'statements.ts',
  operator: 'test',
  line: 1,
  text,
  change: '',
  diff: '',
});
const swappedId = CHECKS.filter(({ id }) => id === 'isolation/swapped-id');
const fateOf = (mutant: Mutant) =>
  runMutant(mutant, swappedId, { system, seed: 1, signal: new AbortController().signal });

test('a mutant is killed by a claim that falls', async () => {
  const leak = mutantsOf(worker.folder).find(({ change }) =>
    change.includes('body FROM $' + '{collection} WHERE (account_id = ?1 OR 1 = 1)'),
  );
  if (!leak) throw new Error('there is no such mutant');

  expect(await fateOf(leak)).toMatchObject({ fate: 'killed', check: 'isolation/swapped-id' });
}, 60_000);

test('one that nobody can tell from the Worker survives', async () => {
  expect(await fateOf(mutantWith(`// Nothing.\n${source}`))).toEqual({ fate: 'survived', noticed: [] });
}, 60_000);

test.each([
  ['does not build', 'const = 1;'],
  ['does not start', `throw new Error('no');\n${source}`],
  ['answers nobody', source.replaceAll('SELECT', 'SELEKT')],
])(
  'one that %s is invalid',
  async (_, text) => {
    expect(await fateOf(mutantWith(text))).toMatchObject({ fate: 'invalid' });
  },
  60_000,
);

test('one whose types are wrong is known before it is run', async () => {
  const wrong = mutantWith(source.replace('sql: string;', 'sql: number;'));

  expect([...(await typeErrorsOf([wrong, { ...mutantWith(source), id: 'right' }], worker)).keys()]).toEqual([
    wrong.id,
  ]);
}, 60_000);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import { mutationsOf } from '../../../reference-worker/target/index.ts';
import { CHECKS } from '../../checks/registry.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { type Fate, openFateRunner } from './run-mutant.ts';
import { typeErrorsOf } from './type-errors.ts';

const { worker } = mutationsOf(system);
const source = readFileSync(join(worker.folder, 'statements.ts'), 'utf8');
const mutantWith = (text: string): Mutant => ({
  id: 'statements.ts#test/test/1',
  file: 'statements.ts',
  operator: 'test',
  line: 1,
  edit: { start: 0, end: source.length, text },
  text,
  change: '',
  diff: '',
});
const swappedId = CHECKS.filter(({ id }) => id === 'isolation/swapped-id');
async function fatesOf(
  mutants: readonly Mutant[],
  { checks = swappedId, isTimeUp = false } = {},
): Promise<Fate[]> {
  const { signal } = new AbortController();
  const runner = openFateRunner(mutants, { system, seed: 1, signal, isTimeUp: () => isTimeUp });
  const fates: Fate[] = [];
  try {
    for (const mutant of mutants) fates.push(await runner.fateOf(mutant, checks));
    for (const mutant of await runner.doubtful())
      fates[mutants.indexOf(mutant)] = await runner.fateOf(mutant, checks);
  } finally {
    await runner.stop();
  }
  return fates;
}

const leak = mutantsOf(worker.folder).find(({ change }) =>
  change.includes('body FROM $' + '{collection} WHERE (account_id = ?1 OR 1 = 1)'),
);
const likeTheWorker = mutantWith(`// Nothing.\n${source}`);

test('of mutants on one platform each has the fate that it would have alone', async () => {
  if (!leak) throw new Error('there is no such mutant');
  const wrong = [
    mutantWith('const = 1;'),
    mutantWith(`throw new Error('no');\n${source}`),
    mutantWith(source.replaceAll('SELECT', 'SELEKT')),
  ];

  const fates = await fatesOf([likeTheWorker, leak, ...wrong, likeTheWorker, leak]);

  const survived = { fate: 'survived', noticed: [] };
  const killed = { fate: 'killed', check: 'isolation/swapped-id' };
  const invalid = { fate: 'invalid', stage: 'start' };
  expect(fates).toMatchObject([survived, killed, invalid, invalid, invalid, survived, killed]);
}, 90_000);

test('what a mutant has left behind is not held against the next one', async () => {
  const drop = "void session.prepare('DROP TABLE IF EXISTS groups').run();";
  const spoiling = mutantWith(
    source.replace('assertScoped(sql);\n  return', `assertScoped(sql);\n  ${drop}\n  return`),
  );
  expect(spoiling.text).not.toBe(source);

  const fates = await fatesOf([spoiling, likeTheWorker]);

  expect(fates[0]?.fate).not.toBe('survived');
  expect(fates[1]).toEqual({ fate: 'survived', noticed: [] });
}, 90_000);

test('one that has not met every check when the time is up is open', async () => {
  const checks = CHECKS.filter(({ id }) => id === 'isolation/swapped-id' || id === 'isolation/join-child');

  const fates = await fatesOf([likeTheWorker], { checks, isTimeUp: true });

  expect(fates).toEqual([{ fate: 'open' }]);
}, 90_000);

test('one whose types are wrong is known before it is run', async () => {
  const wrong = mutantWith(source.replace('sql: string;', 'sql: number;'));

  expect([...(await typeErrorsOf([wrong, { ...mutantWith(source), id: 'right' }], worker)).keys()]).toEqual([
    wrong.id,
  ]);
}, 60_000);

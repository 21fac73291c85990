import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import { type StartedTarget, startLocal } from '../../../reference-worker/target/index.ts';
import { checkRunner } from '../index.ts';
import { rowsOfAList } from './rows-of-a-list.ts';

let started: StartedTarget;
beforeAll(async () => {
  started = await startLocal({ system, environment: 'real-time', seed: 1 });
  // Of one run: its documents are stored once.
  run = checkRunner(started.target, { seed: 1, effort: 'fast' });
});
afterAll(() => started.stop());
let run: ReturnType<typeof checkRunner>;
const outcome = () => run(rowsOfAList);
const operatorOn = () => {
  const { platform } = started.target;
  if (!platform) throw new Error('the target is not local.');
  const subject = started.target.accounts.find(({ role }) => role === 'subject')?.id ?? '';
  return { operator: platform.platform.operator, shard: platform.shardOf(subject) };
};

test('passes where every indexed field has its index', async () => {
  expect(await outcome()).toMatchObject({ verdict: 'PASS' });
});

test('judges nothing where none of the lists was seen to ask D1', async () => {
  const { target } = started;
  if (!target.platform) throw new Error('the target is not local.');
  const { platform } = target.platform;
  const { control } = platform;
  /** As a Worker that asks D1 in an invocation which nobody has named. */
  const unnamed = async () => (await control.takeStatements()).map((use) => ({ ...use, operation: null }));
  const told = { ...platform, control: { ...control, takeStatements: unnamed } };
  const runUnnamed = checkRunner(
    { ...target, platform: { ...target.platform, platform: told } },
    { seed: 2, effort: 'fast' },
  );

  expect(await runUnnamed(rowsOfAList)).toMatchObject({
    verdict: 'SKIPPED',
    reason: expect.stringContaining('none of these was seen to'),
  });
});

test('fails when any one index of a shard is dropped, and names the index that it takes', async () => {
  const { operator, shard } = operatorOn();
  const indexes = await operator.query(
    shard,
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
  );
  expect(indexes).toHaveLength(11);
  const told: string[] = [];
  for (const { name, tbl_name: table, sql } of indexes) {
    await operator.query(shard, `DROP INDEX ${name}`);
    const { verdict, witness } = await outcome();
    await operator.query(shard, String(sql));
    const column = String(name).slice(`${table}_by_`.length);
    const text = witness?.sentences.join(' ') ?? '';
    const isNamed = new RegExp(`CREATE INDEX \\w+ ON ${table} \\([^)]*\\b${column}\\b`).test(text);
    told.push(`${name}: ${verdict}${isNamed ? ', named' : `: ${text}`}`);
  }

  expect(told).toEqual(indexes.map(({ name }) => `${name}: FAIL, named`));
}, 300_000);

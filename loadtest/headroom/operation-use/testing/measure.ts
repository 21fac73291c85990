import { STANDARD } from '../../../../fixtures/index.ts';
import { model, planAccount } from '../../../../reference-worker/shared-shards/data/index.ts';
import type { AccountPlan } from '../../../../reference-worker/target/index.ts';
import { changesDocuments, operationsOf } from '../../../../reference-worker/target/index.ts';
import { countOf, drawnBy, type LoadedAccount, loadedAccount, requestOf } from '../../../journey/index.ts';
import { system } from '../../../testing/reference.ts';
import type { MeasuredUse, Use } from '../index.ts';
import type { Spent } from './meter.ts';
import { ACCOUNTS, type MeteredWorker, SHARD, startMeteredWorker } from './metered-worker.ts';
import { type Take, walk } from './walk.ts';

/** Small, but its lists fill their pages as those of 5 GB do: 25 groups for a page of 20. */
const ACCOUNT = { account: 'acme', seed: STANDARD.seed, sizeBytes: 8e6, users: 500 } as const;
/** One in so many clients, evenly: how many finances and notes a client has does not depend on where it stands. */
const EVERY = 8;
/** Enough for pages that were packed full by seeding to have split, as they do when an account has grown for years. */
const GROWTH_CREATED = 2_000;
const GROWTH_EDITS = 200;

/** Measures what each operation of the journey costs, on workerd's own D1. Takes about a minute. */
export async function measureUse(): Promise<MeasuredUse> {
  const plan = planAccount(ACCOUNT);
  const account = loadedAccount(plan, model, system);
  const withoutKv = await measureOperations(plan, false);
  const withKv = await measureOperations(plan, true);
  const operations = Object.fromEntries(
    [...operationsOf(system.journey).keys()].map((name) => [
      name,
      { withoutKv: withoutKv.of(name).first, kvMiss: withKv.of(name).first, kvHit: withKv.of(name).again },
    ]),
  );
  return {
    system: system.name,
    howMade:
      `By npm run internal -- measure:rows: each operation on one in ${EVERY} of the ${drawnCount(account)} clients of an account of 8 MB, by the ` +
      'reference Worker on miniflare; rows are meta.rows_read and meta.rows_written, growth is that of meta.size_after ' +
      `over ${GROWTH_CREATED} notes and over ${GROWTH_EDITS} second edits.`,
    operations,
    accountLookupRowsRead: withoutKv.accountLookupRowsRead,
    growthBytes: await measureGrowth(plan),
  };
}

async function measureOperations(plan: AccountPlan, kvCache: boolean) {
  const account = loadedAccount(plan, model, system);
  const worker = await startMeteredWorker(plan, { kvCache });
  const spent = new Map(
    [...operationsOf(system.journey).keys()].map((name) => [
      name,
      { first: [] as Spent[], again: [] as Spent[] },
    ]),
  );
  const lookups: number[] = [];
  const take: Take = async (step, operation) => {
    const first = await worker.ask(operation);
    // Asked twice, a document comes from KV; a write is not made twice.
    const again = changesDocuments(operation) ? first : await worker.ask(operation);
    spent.get(step)?.first.push(first.spent);
    spent.get(step)?.again.push(again.spent);
    for (const { rows } of [first.spent, again.spent]) {
      const lookup = rows[ACCOUNTS];
      if (lookup) lookups.push(lookup.read);
    }
    return first.answer;
  };
  try {
    for (let index = 0; index < drawnCount(account); index += EVERY)
      await walk(take, { system, account, index });
  } finally {
    await worker.stop();
  }
  return {
    of: (name: string) => ({
      first: meanUse(spent.get(name)?.first ?? []),
      again: meanUse(spent.get(name)?.again ?? []),
    }),
    accountLookupRowsRead: mean(lookups),
  };
}

async function measureGrowth(plan: AccountPlan): Promise<MeasuredUse['growthBytes']> {
  const worker = await startMeteredWorker(plan, { kvCache: false });
  const account = loadedAccount(plan, model, system);
  const count = drawnCount(account);
  const grown: Record<string, number> = {};
  try {
    for (const step of system.journey.steps) {
      if (step.does !== 'patch' && step.does !== 'create') continue;
      const write = (version: number) => (index: number) => {
        const number = Math.floor(index / count);
        return worker.ask(requestOf(step, { system, account, index, number, version }));
      };
      // The first change of a document adds its mark; from the second on one mark replaces another.
      if (step.does === 'patch') await growth(worker, GROWTH_EDITS, write(1));
      grown[step.operation] =
        step.does === 'patch'
          ? await growth(worker, GROWTH_EDITS, write(2))
          : await growth(worker, GROWTH_CREATED, write(1));
    }
    return grown;
  } finally {
    await worker.stop();
  }
}

/** How many documents the journey may open. */
function drawnCount(account: LoadedAccount): number {
  const [drawn] = drawnBy(system.journey);
  if (drawn === undefined) throw new Error(`the journey of ${system.name} opens no document.`);
  return countOf(account, drawn);
}

/** Bytes that each of so many requests adds to the shard on average. */
async function growth(
  worker: MeteredWorker,
  count: number,
  send: (index: number) => Promise<unknown>,
): Promise<number> {
  const before = await worker.sizeBytes();
  for (let index = 0; index < count; index++) await send(index);
  return rounded(((await worker.sizeBytes()) - before) / count);
}

function meanUse(spents: readonly Spent[]): Use {
  return {
    rowsRead: mean(spents.map(({ rows }) => rows[SHARD]?.read ?? 0)),
    rowsWritten: mean(spents.map(({ rows }) => rows[SHARD]?.written ?? 0)),
    kvReads: mean(spents.map(({ kv }) => kv.reads)),
    kvWrites: mean(spents.map(({ kv }) => kv.writes)),
    kvDeletes: mean(spents.map(({ kv }) => kv.deletes)),
  };
}

const mean = (numbers: readonly number[]): number =>
  rounded(numbers.reduce((sum, one) => sum + one, 0) / numbers.length);

/** To a thousandth: more would claim more than a small account can tell. */
const rounded = (number: number): number => Math.round(number * 1_000) / 1_000;

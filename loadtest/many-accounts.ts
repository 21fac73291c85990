import { type ShardSeed, shardSeeds } from '../fixtures/index.ts';
import type { Topology } from '../reference-worker/target/index.ts';
import type { LoadSubject } from './system.ts';

/** Many small accounts beside one another, all alike: what a public site is loaded with. */
export interface ManyAccounts {
  readonly count: number;
  /** Of each of them, of each resource. */
  readonly documents: number;
}

/** Measures nothing: how many documents there are is said. */
const ANY_SIZE = 1e6;
const DIGITS = 5;

/** The topology with so many accounts in all, each new one where the account under test is. */
export function withManyAccounts(topology: Topology, underTest: string, count: number): Topology {
  const there = topology.accounts.slice(0, count);
  const shardId = there.find(({ id }) => id === underTest)?.shardId;
  if (shardId === undefined)
    throw new Error(`${underTest} is not among the first ${count} accounts of ${topology.name}.`);
  const more = Array.from({ length: count - there.length }, (_, at) => {
    const id = `account-${String(at + 1).padStart(DIGITS, '0')}`;
    return { id, name: id, shardId };
  });
  return { ...topology, accounts: [...there, ...more] };
}

/** Plans as many documents of each of them. @throws FixtureError for a system whose accounts are planned by size alone */
export const planManyAccounts = (
  { data }: Pick<LoadSubject, 'data'>,
  { shards, accounts }: Topology,
  { documents, seed }: Pick<ManyAccounts, 'documents'> & { readonly seed: number },
  root: string,
): ShardSeed[] =>
  shardSeeds(
    data,
    {
      seed,
      shards: shards.map(({ id }) => ({
        id,
        accounts: accounts
          .filter(({ shardId }) => shardId === id)
          .map((account) => ({ id: account.id, size: ANY_SIZE, users: 1, documents })),
      })),
    },
    root,
  );

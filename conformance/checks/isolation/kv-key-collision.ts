import {
  type Asked,
  accountOf,
  Client,
  platformOf,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { withAccounts } from '../kit/accounts.ts';
import { type Cell, routesExcept } from './cells.ts';
import { untilHit } from './fills.ts';
import type { Place } from './sample.ts';
import { type Bench, vector } from './vector.ts';

/** The id that the local platform gives the namespace that all deployments share. */
const NAMESPACE = 'cache';
const COLLECTION: string = 'clients';

/**
 * Ids under which keys that join account, resource and id meet where the account `a` has neighbours `a-clients` and
 * `aclients`; and ids that differ only where a key may be folded, cut or decoded.
 */
const PLACES: readonly Place[] = [
  ...['x', 'X', `${COLLECTION}-x`, `${COLLECTION}x`, `${'l'.repeat(127)}1`, `${'l'.repeat(127)}2`].map(
    (id) => ({
      resource: COLLECTION,
      id,
    }),
  ),
  { resource: 'notes', id: 'x' },
];

/** Ids that a Worker may refuse; where it takes them, each is a document of its own. */
const HOSTILE = [
  'clients:x',
  ':x',
  'x/y',
  'x%2Fy',
  '../x',
  'x y',
  'x\u00e9',
  'xe\u0301',
  'x#y',
  '*',
] as const;

const contentOf = ({ id: account }: TestAccount, { resource, id }: Place): string =>
  `${account}/${resource}/${id}`;

const readCached = (client: Client, place: Place): Promise<Asked> =>
  untilHit(() => client.ask({ kind: 'read', ...place }, { bookmark: null }));

/** @returns the reads that the cache answered, one for each document */
async function judgeAccounts(
  bench: Bench,
  cell: Cell,
  accounts: readonly TestAccount[],
): Promise<readonly Asked[]> {
  const [cells, effort] = [bench.cells, bench.effort];
  const hostile = HOSTILE.filter(
    (_, index) => effort === 'full' || index % cells.length === cells.indexOf(cell),
  );
  const ids = [...hostile, ...accounts.map(({ id }) => `${id}:${COLLECTION}:x`)];
  const laid = await Promise.all(
    accounts.flatMap((account) => {
      const client = new Client(bench.target, account);
      return [...PLACES, ...ids.map((id) => ({ resource: COLLECTION, id }))].map(async (place) => {
        const put = await client.ask({ kind: 'put', ...place, body: { at: contentOf(account, place) } });
        return { account, client, place, put };
      });
    }),
  );
  const taken = laid.filter(({ put }) => put.answer.outcome === 'ok');
  const isTaken = taken.length >= PLACES.length * accounts.length;
  bench.control(
    cell,
    'ids of the documented form are taken',
    isTaken,
    laid.slice(0, 1).map(({ put }) => put),
  );
  const filled = await Promise.all(taken.map(({ client, place }) => readCached(client, place)));
  const again = await Promise.all(taken.map(({ client, place }) => readCached(client, place)));
  for (const [index, { account, place }] of taken.entries())
    for (const asked of [filled[index], again[index]]) {
      if (!asked) throw new Error('a read is missing');
      const shown = asked.answer.documents[0]?.body?.at;
      bench.claim(cell, 'each document is read under its own key', shown === contentOf(account, place), {
        sentences: [
          `Because ${account.id} wrote it, ${place.resource}/${place.id} holds ${contentOf(account, place)}.`,
          `However, ${account.id} read ${String(shown)}.`,
        ],
        exchanges: [asked],
      });
    }
  return filled.filter(({ answer }) => answer.cache === 'hit');
}

/** Accounts whose names make careless keys meet: one on the subject's shard, two where the other account is. */
async function withNeighbours(bench: Bench, cell: Cell): Promise<readonly Asked[]> {
  const { shardOf } = platformOf(bench.target);
  const [mine, theirs] = [accountOf(bench.target, 'subject'), accountOf(bench.target, cell.placement)];
  const stem = `kv${bench.seed}${cell.placement}`;
  const rows = [
    { id: stem, shardId: shardOf(mine.id) },
    { id: `${stem}-${COLLECTION}`, shardId: shardOf(theirs.id) },
    { id: `${stem}${COLLECTION}`, shardId: shardOf(theirs.id) },
  ];
  return withAccounts(bench.target, rows, (...accounts) =>
    judgeAccounts(
      bench,
      cell,
      accounts.map((account, index) => (index === 0 ? account : { ...account, urls: theirs.urls })),
    ),
  );
}

export const kvKeyCollision = vector({
  name: 'kv-key-collision',
  title: 'No two documents, of one account or of several, are cached under one key.',
  severity: 'critical',
  requirements: ['A10', 'B5'],
  needs: ['another-account', 'operator', 'signing', 'kv', 'read', 'put'],
  leavesOut: [{ routes: routesExcept('read'), because: 'only single documents are cached under their ids' }],
  method: `Three accounts made for this check, whose names are such that keys joined by a hyphen, or by nothing, meet: \`a\`,
\`a-clients\` and \`aclients\`. Each writes documents under the same ids: those on which such keys meet, ids that differ in case
or only in the last of 128 characters, and hostile ones where the Worker takes them. Each reads its own until the cache answers,
and KV then holds as many keys as there are documents.`,
  async judge(bench) {
    const { operator } = platformOf(bench.target).platform;
    const before = new Set(await operator.keys(NAMESPACE));
    const cached = await Promise.all(bench.cells.map((cell) => withNeighbours(bench, cell)));
    const keys = (await operator.keys(NAMESPACE)).filter((key) => !before.has(key));
    const reads = cached.flat();
    for (const cell of bench.cells)
      bench.claim(cell, 'no two documents share a key', keys.length >= reads.length, {
        sentences: [
          `Because ${reads.length} documents of several accounts were read through the cache, each needs a key.`,
          `However, KV has ${keys.length} new keys: ${keys.slice(0, 3).join(', ')} ...`,
        ],
        exchanges: reads.slice(0, 2),
      });
  },
});

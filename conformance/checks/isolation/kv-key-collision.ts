import {
  type Asked,
  administrationOf,
  Client,
  type Handle,
  NeedNotMet,
  platformOf,
  resourcesWith,
  type System,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { bodyOf, holds, untilHit, withAccounts } from '../kit/index.ts';
import { coveringShare, routesExcept } from './cases.ts';
import { type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

/** Two resources whose ids clients choose, and that can be read. */
function resourcesOf(system: System): readonly [string, string | undefined] {
  const [first, second] = resourcesWith(system, { routes: ['read', 'put'], ids: 'client' });
  if (!first) throw new NeedNotMet('needs a resource whose ids clients choose');
  return [first.name, second?.name];
}

/**
 * Ids under which keys that join account, resource and id meet where the account `a` has neighbours `a-<resource>` and
 * `a<resource>`; and ids that differ only where a key may be folded, cut or decoded.
 */
function handlesOf(system: System): readonly Handle[] {
  const [resource, other] = resourcesOf(system);
  const long = 'l'.repeat((system.limits.idMaxLength ?? 128) - 1);
  const ids = ['x', 'X', `${resource}-x`, `${resource}x`, `${long}1`, `${long}2`];
  return [...ids.map((id) => ({ resource, id })), ...(other ? [{ resource: other, id: 'x' }] : [])];
}

/** Ids that a Worker may refuse; where it takes them, each is a document of its own. */
const hostileIds = (resource: string) => [
  `${resource}:x`,
  ':x',
  'x/y',
  'x%2Fy',
  '../x',
  'x y',
  'x\u00e9',
  'xe\u0301',
  'x#y',
  '*',
];

const contentOf = ({ id: account }: TestAccount, { resource, id }: Handle): string =>
  `|${account}/${resource}/${id}|`;

const readCached = (client: Client, handle: Handle): Promise<Asked> =>
  untilHit(() => client.ask({ kind: 'read', ...handle }, { bookmark: null }));

/** @returns the reads that the cache answered, one for each document */
async function judgeAccounts(
  testCase: TestCase,
  { target, effort }: IsolationContext,
  accounts: readonly TestAccount[],
): Promise<readonly Asked[]> {
  const { pair } = testCase.position;
  const [resource] = resourcesOf(target.system);
  const all = hostileIds(resource);
  const hostile = effort === 'full' ? all : coveringShare(all, { route: 0, attacker: pair, shares: 3 });
  const documented = handlesOf(target.system);
  const ids = [...hostile, ...accounts.map(({ id }) => `${id}:${resource}:x`)];
  const handles = [...documented, ...ids.map((id) => ({ resource, id }))];
  const made = await Promise.all(
    accounts.flatMap((account) => {
      const client = new Client(target, account);
      return handles.map(async (handle) => {
        const body = bodyOf(target.system, handle, contentOf(account, handle));
        const put = await client.ask({ kind: 'put', ...handle, body });
        return { account, client, handle, put };
      });
    }),
  );
  const taken = made.filter(({ put }) => put.answer.outcome === 'ok');
  const isTaken = taken.length >= documented.length * accounts.length;
  const puts = made.slice(0, 1).map(({ put }) => put);
  testCase.control('ids of the documented form are taken', isTaken, puts);
  const readAll = () => Promise.all(taken.map(({ client, handle }) => readCached(client, handle)));
  const [filled, again] = [await readAll(), await readAll()];
  for (const [index, { account, handle }] of taken.entries())
    for (const asked of [filled[index], again[index]]) {
      if (!asked) throw new Error('a read is missing');
      const isOwn = holds(asked.answer.documents[0], contentOf(account, handle));
      testCase.claim('each document is read under its own key', isOwn, {
        sentences: [
          `Because ${account.id} wrote it, ${handle.resource}/${handle.id} holds ${contentOf(account, handle)}.`,
          `However, ${account.id} read ${asked.response.body.slice(0, 200)}.`,
        ],
        exchanges: [asked],
      });
    }
  return filled.filter(({ answer }) => answer.cache === 'hit');
}

/** Accounts whose names make careless keys meet: one on the attacker's shard, two where the other account is. */
async function withNeighbours(testCase: TestCase, context: IsolationContext): Promise<readonly Asked[]> {
  const { target, seed } = context;
  const { shardOf } = platformOf(target);
  const [mine, theirs] = [testCase.attacker.account, testCase.owner.account];
  const [resource] = resourcesOf(target.system);
  const stem = `kv${seed}p${testCase.position.pair}`;
  const rows = [
    { id: stem, shardId: shardOf(mine.id) },
    { id: `${stem}-${resource}`, shardId: shardOf(theirs.id) },
    { id: `${stem}${resource}`, shardId: shardOf(theirs.id) },
  ];
  return withAccounts(target, rows, (...accounts) =>
    judgeAccounts(
      testCase,
      context,
      accounts.map((account, index) => ({ ...account, urls: (index === 0 ? mine : theirs).urls })),
    ),
  );
}

export const kvKeyCollision = isolationCheck({
  name: 'kv-key-collision',
  title: 'No two documents, of one account or of several, are cached under one key.',
  severity: 'critical',
  requirements: ['A10', 'B5'],
  needs: ['another-account', 'operator', 'signing', 'kv', 'read', 'put'],
  isSymmetric: true,
  leavesOut: [{ routes: routesExcept('read'), because: 'only single documents are cached under their ids' }],
  method: `Three accounts made for this check, whose names are such that keys joined by a hyphen, or by nothing, meet: \`a\`,
\`a-<resource>\` and \`a<resource>\`. Each writes documents under the same ids: those on which such keys meet, ids that differ in case
or only in the last of the characters that they may have, and hostile ones where the Worker takes them. Each reads its own until the cache answers,
and KV then holds as many keys as there are documents.`,
  async judge(context) {
    const { operator } = platformOf(context.target).platform;
    const { namespace } = administrationOf(context.target).cache;
    const before = new Set(await operator.keys(namespace));
    const reads: Asked[] = [];
    // One after another: where too much is read at once, no cache answers in time.
    for (const testCase of context.cases) reads.push(...(await withNeighbours(testCase, context)));
    const keys = (await operator.keys(namespace)).filter((key) => !before.has(key));
    for (const testCase of context.cases)
      testCase.claim('no two documents share a key', keys.length >= reads.length, {
        sentences: [
          `Because ${reads.length} documents of several accounts were read through the cache, each needs a key.`,
          `However, KV has ${keys.length} new keys: ${keys.slice(0, 3).join(', ')} ...`,
        ],
        exchanges: reads.slice(0, 2),
      });
  },
});

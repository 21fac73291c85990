import {
  type Asked,
  accountOf,
  Client,
  platformOf,
  type TestAccount,
  TransportError,
} from '../../../reference-worker/target/index.ts';
import { noticedWithinMs, withAccounts } from '../kit/accounts.ts';
import { atSkew } from '../kit/planned-faults.ts';
import { orNoAnswer } from './answers.ts';
import type { Cell, Placement } from './cells.ts';
import { untilHit } from './fills.ts';
import { sampleBody, sampleOf } from './sample.ts';
import { type Bench, vector } from './vector.ts';

const SECRET = 'left behind on the old shard';

const placeOf = ({ id }: TestAccount, name: string) =>
  ({ resource: 'clients', id: `${id}-${name}` }) as const;

interface Before {
  readonly read: Asked;
  readonly cursor: string;
  readonly bookmark: string;
}

/** A document for every route, the cache filled with it, a cursor and a bookmark: everything of the old shard. */
async function settle(bench: Bench, cells: readonly Cell[], account: TestAccount): Promise<Before> {
  const client = new Client(bench.target, account);
  for (const { route } of cells) {
    const place = placeOf(account, route);
    await client.ask({ kind: 'put', ...place, body: sampleBody(place, SECRET) });
  }
  const read = await untilHit(() => client.ask({ kind: 'read', ...placeOf(account, 'read') }));
  const page = await client.ask({ kind: 'list', resource: 'clients', limit: 1 });
  return { read, cursor: page.answer.cursor ?? '', bookmark: client.bookmark ?? '' };
}

/** Every kind of request for what was left behind: plainly, with the old bookmark, and a list with the old cursor. */
async function askAll(
  bench: Bench,
  cell: Cell,
  account: TestAccount,
  before: Before,
): Promise<readonly Asked[]> {
  const client = new Client(bench.target, account);
  const operation = sampleOf(cell.route, placeOf(account, cell.route), { secret: 'written after the move' });
  const asked = [
    await client.ask(operation, { bookmark: before.bookmark }),
    await client.ask(operation, { bookmark: null }),
  ];
  if (cell.route === 'list')
    asked.push(await client.ask({ kind: 'list', resource: 'clients', limit: 1, cursor: before.cursor }));
  return asked;
}

function judgeAnswers(bench: Bench, cell: Cell, account: TestAccount, asked: readonly Asked[]): void {
  // A create and a put make a document on the new shard; nothing else finds one there.
  const makesOwn = cell.route === 'create' || cell.route === 'put';
  const isNothing = ({ answer }: Asked): boolean =>
    cell.route === 'list' ? answer.documents.length === 0 : answer.outcome === 'absent';
  const stray = asked.find(
    (each) =>
      each.response.body.includes(SECRET) ||
      !(makesOwn || isNothing(each) || each.answer.outcome === 'refused'),
  );
  bench.claim(cell, 'what a moved account left behind is not found', stray === undefined, {
    sentences: [
      `Because ${account.id} was moved without its documents, there is none for it.`,
      `However, ${stray?.request.method} ${stray?.request.path} answered ${stray?.response.status} ${stray?.response.body.slice(0, 200)}.`,
    ],
    exchanges: stray ? [stray] : [],
  });
}

async function judgePlacement(bench: Bench, placement: Placement): Promise<void> {
  const { target } = bench;
  const { platform, shardOf } = platformOf(target);
  const cells = bench.cells.filter((cell) => cell.placement === placement);
  const [from, to] = [shardOf(accountOf(target, 'subject').id), shardOf(accountOf(target, placement).id)];
  await withAccounts(target, [{ id: bench.unique(placement), shardId: from }], async (account) => {
    if (!account) throw new Error('one account was asked for');
    const before = await settle(bench, cells, account);
    const update = 'UPDATE account SET db_shard_id = ? WHERE id = ?';
    await platform.operator.query('accounts', update, [to, account.id]);
    const moved = { ...account, urls: accountOf(target, placement).urls };
    await atSkew(target, noticedWithinMs(target) + 1_000, async () => {
      if (!(await isAnswered(bench, cells, account, before))) return;
      for (const cell of cells) {
        bench.control(cell, 'before the move its document is served', before.read.answer.outcome === 'ok', [
          before.read,
        ]);
        judgeAnswers(bench, cell, account, await askAll(bench, cell, account, before));
        // Where the account now belongs, if that is another deployment.
        if (moved.urls !== account.urls)
          judgeAnswers(bench, cell, moved, await askAll(bench, cell, moved, before));
      }
      const put = { kind: 'put', resource: 'clients', id: `${account.id}-new`, body: {} } as const;
      const control = await new Client(target, moved).ask(put);
      bench.evidence.control('after the move it is served', control.answer.outcome === 'ok', [control]);
    });
    await judgeOldShard(bench, cells, account, from);
  });
}

/** Positions of two databases do not compare: one that waits for the old one waits for ever. */
async function isAnswered(
  bench: Bench,
  cells: readonly Cell[],
  account: TestAccount,
  { bookmark, read }: Before,
): Promise<boolean> {
  const operation = { kind: 'read', ...placeOf(account, 'nothing') } as const;
  const asked = await orNoAnswer(new Client(bench.target, account).ask(operation, { bookmark }));
  const holds = !(asked instanceof TransportError);
  for (const cell of cells)
    bench.claim(cell, 'a request with a bookmark of the old shard is answered', holds, {
      sentences: [
        `Because ${account.id} was moved, its old bookmark is a position of another database.`,
        'However, a read with it was not answered.',
      ],
      exchanges: [read],
    });
  return holds;
}

/** No request after the move has written where the account was. */
async function judgeOldShard(
  bench: Bench,
  cells: readonly Cell[],
  account: TestAccount,
  shardId: string,
): Promise<void> {
  const { operator } = platformOf(bench.target).platform;
  const select = 'SELECT entity_id, _version, body FROM clients WHERE account_id = ?';
  const rows = await operator.query(shardId, select, [account.id]);
  for (const cell of cells) {
    const row = rows.find((each) => each.entity_id === placeOf(account, cell.route).id);
    const isKept = row?._version === 1 && String(row.body).includes(SECRET);
    bench.claim(cell, 'a moved account changes nothing on its old shard', isKept, {
      sentences: [
        `Because ${account.id} was moved, its requests must not reach ${shardId}.`,
        `However, its document there is now ${JSON.stringify(row)}.`,
      ],
      exchanges: [],
    });
  }
}

export const movedAccount = vector({
  name: 'moved-account',
  title:
    'A moved account is served from its new shard only: what it left behind is neither shown nor changed.',
  severity: 'critical',
  requirements: ['A1', 'A3'],
  needs: ['another-account', 'operator', 'signing', 'faults', 'read', 'put', 'list'],
  leavesOut: [{ placements: ['neighbour'], because: 'it is on the same shard, and there is no move' }],
  method: `An account made for this check is moved without its documents: to another shard of its deployment, and to another
deployment. After the time within which that must be noticed (the Worker's clock is moved instead of waiting), no route finds
what it left behind: neither with the old bookmark, nor without one, nor with an old cursor, nor from the cache. On the old
shard nothing has changed.`,
  async judge(bench) {
    const placements = new Set(bench.cells.map(({ placement }) => placement));
    // One after another: there is one clock.
    for (const placement of placements) await judgePlacement(bench, placement);
  },
});

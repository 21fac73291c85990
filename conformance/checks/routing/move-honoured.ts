import {
  type Asked,
  accountOf,
  administrationOf,
  Client,
  type Handle,
  platformOf,
  type Resource,
  resourceWith,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import {
  atSkew,
  documentBody,
  holds,
  indexedFieldOf,
  noticedWithinMs,
  untilHit,
  withAccounts,
} from '../kit/index.ts';
import { everywhere } from './everywhere.ts';

/** An account on its way from one shard to another, with the document that is looked at. */
interface Move {
  readonly resource: Resource;
  readonly handle: Handle;
  readonly from: string;
  readonly to: string;
  /** What its document holds before the move, after it, and after the first write there. */
  readonly marks: readonly [before: string, after: string, written: string];
  /** Of the Worker's clock, at which the move happens: never before what it has seen. */
  readonly startMs: number;
}

export const moveHonoured: Check = {
  id: 'routing/move-honoured',
  title: 'An account that was moved to another shard is served from there alone within the stated time.',
  requirements: ['A1', 'A2', 'A3', 'B4'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'signing', 'faults', 'elsewhere', 'read', 'put', 'list'],
  method:
    'An account of its own is copied to another shard as an operator would, with a mark in each copy, and the account ' +
    'database is told. Until the stated time has passed an answer may come from either copy; writes in that time are ' +
    'not judged, because whoever moves an account without stopping its writes loses some. After it reads (also of what ' +
    'KV holds, and with a bookmark of the old shard), lists and writes must meet the new copy, and the old one must not ' +
    "change. Then it is moved back, and the same holds in the other direction. The Worker's clock is moved instead of " +
    'waiting. Every route, and moves between all shards, are for isolation/moved-account.',
  async run(context) {
    const { target, evidence, unique } = context;
    const { shardOf } = platformOf(target);
    const [here, there] = [
      shardOf(accountOf(target, 'subject').id),
      shardOf(accountOf(target, 'elsewhere').id),
    ];
    const resource = resourceWith(target.system, {
      ids: 'client',
      routes: ['read', 'put', 'list'],
      indexed: 1,
    });
    const handle = { resource: resource.name, id: unique('document') };
    await withAccounts(target, [{ id: unique('account'), shardId: here }], async (account) => {
      const session = new Client(target, account);
      const [first, copy, written, back, last] = [
        'first',
        'copied',
        'written-there',
        'copied-back',
        'written-here',
      ].map((name) => `|${name}|`) as [string, string, string, string, string];
      const put = await session.ask({ kind: 'put', ...handle, body: bodyOf(resource, handle, first) });
      const cached = await fillCaches(target, account, handle);
      const isOld = [put, ...cached].every(({ answer }) => answer.outcome === 'ok');
      evidence.served('the old shard serves the account before the move', isOld, [put, ...cached]);
      const away: Move = {
        resource,
        handle,
        from: here,
        to: there,
        marks: [first, copy, written],
        startMs: 0,
      };
      await judgeMove(context, session, away);
      const startMs = noticedWithinMs(target) + 1_000;
      const home: Move = { ...away, from: there, to: here, marks: [written, back, last], startMs };
      await judgeMove(context, session, home);
    });
  },
};

/** Found by its id in an indexed field, and told by its mark. */
const bodyOf = (resource: Resource, { id }: Handle, mark: string) =>
  documentBody(resource, mark, { [indexedFieldOf(resource)]: id });

async function judgeMove({ target, evidence }: Context, session: Client, ongoing: Move): Promise<void> {
  const { handle, from, to, startMs } = ongoing;
  const [before, after, written] = ongoing.marks;
  const { account } = session;
  const ttlMs = noticedWithinMs(target);
  await move(target, account, ongoing);
  const early = await atSkew(target, startMs + ttlMs * 0.6, () => everywhere(target, account, handle));
  // On the way back, what KV holds of the first time on that shard is an old copy too.
  const copies = startMs === 0 ? [before, after] : [before, after, '|first|'];
  for (const asked of early)
    evidence.claim(
      `until the time has passed the document in ${asked.pop} on ${to} is the old copy or the new one`,
      copies.some((mark) => holds(asked.answer.documents[0], mark)),
      [asked],
    );
  await atSkew(target, startMs + ttlMs + 1_000, () => judgeMoved({ target, evidence }, session, ongoing));
  const [old, moved] = [
    await bodyOn(target, from, account, handle),
    await bodyOn(target, to, account, handle),
  ];
  const isOnlyThere = old.includes(before) && moved.includes(written);
  evidence.claim(`a write after the move to ${to} changes that shard alone`, isOnlyThere, {
    sentences: [
      `Because the account was moved to ${to}, its writes belong there.`,
      `However, ${from} holds ${old} and ${to} holds ${moved}.`,
    ],
    exchanges: [],
  });
}

async function judgeMoved(
  { target, evidence }: Pick<Context, 'target' | 'evidence'>,
  session: Client,
  { resource, handle, to, marks: [, after, written], startMs }: Move,
): Promise<void> {
  const showsMark = (what: string, asked: Asked, mark: string) => {
    const { documents } = asked.answer;
    evidence.claim(`${what} shows the copy on ${to}`, documents.length === 1 && holds(documents[0], mark), {
      sentences: [
        `Because the account was moved to ${to} more than ${noticedWithinMs(target)} ms before, ${what} holds ${mark}.`,
        `However, it was answered ${asked.response.status} ${asked.response.body.slice(0, 200)}.`,
      ],
      exchanges: [asked],
    });
  };
  // A reader without a position may be shown what KV has kept from the first time on the same shard (B5).
  if (startMs === 0)
    for (const asked of await everywhere(target, session.account, handle))
      showsMark(`a read in ${asked.pop}`, asked, after);
  const reads = Array.from({ length: READS_AT_ONCE }, () => session.ask({ kind: 'read', ...handle }));
  for (const asked of await Promise.all(reads))
    showsMark('a read with a bookmark of the old shard', asked, after);
  const filter = { field: indexedFieldOf(resource), is: handle.id };
  showsMark('a list', await session.ask({ kind: 'list', resource: resource.name, filter }), after);
  const put = await session.ask({ kind: 'put', ...handle, body: bodyOf(resource, handle, written) });
  evidence.claim(`a write after the move to ${to} is done`, put.answer.outcome === 'ok', [put]);
  showsMark('a read after a write', await session.ask({ kind: 'read', ...handle }), written);
}

/** Enough to meet every isolate of a PoP: each has a memory of its own, of this move and of the one before it. */
const READS_AT_ONCE = 12;

/** Reads in every PoP until a cache answers there, where the target says whether one does. */
const fillCaches = (target: Target, account: TestAccount, handle: Handle): Promise<Asked[]> =>
  Promise.all(
    target.pops.map((pop) =>
      untilHit(() => new Client(target, account, pop).ask({ kind: 'read', ...handle })),
    ),
  );

/** Copies the document, marks the copy, and tells the account database. */
async function move(
  target: Target,
  { id }: TestAccount,
  { handle, from, to, marks: [before, after] }: Move,
): Promise<void> {
  const administration = administrationOf(target);
  const stored = await administration.storedOn(from, id, handle);
  if (!stored) throw new Error(`${from} does not hold the document that was written there`);
  const copy = { ...stored, body: stored.body.replaceAll(before, after) };
  await administration.storeOn(to, id, handle, copy);
  await administration.setShard(id, to);
}

const bodyOn = async (
  target: Target,
  shardId: string,
  account: TestAccount,
  handle: Handle,
): Promise<string> =>
  (await administrationOf(target).storedOn(shardId, account.id, handle))?.body ?? 'nothing';

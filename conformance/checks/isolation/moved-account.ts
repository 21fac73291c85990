import {
  type Asked,
  administrationOf,
  Client,
  type Handle,
  platformOf,
  type Target,
  type TestAccount,
  TransportError,
} from '../../../reference-worker/target/index.ts';
import {
  atSkew,
  bodyOf,
  makeDocument,
  noticedWithinMs,
  operationOn,
  untilHit,
  withAccounts,
} from '../kit/index.ts';
import { orNoAnswer } from './answers.ts';
import { type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

const MARK = 'left behind on the old shard';

const handleOf = (
  { id }: TestAccount,
  { route, resource }: Pick<TestCase, 'route' | 'resource'>,
): Handle => ({
  resource,
  id: `${id}-${route}`,
});

/** An account made for the cases of one pair: it is moved from the attacker's shard to the owner's. */
interface Move {
  readonly cases: readonly TestCase[];
  readonly from: string;
  readonly to: string;
  readonly account: TestAccount;
  /** Where it then belongs. */
  readonly moved: TestAccount;
}

/** Everything of the old shard that a client may hold. */
interface Before {
  readonly read: Asked;
  readonly cursor: string;
  readonly bookmark: string;
}

/** A document for every route, the cache filled with it, a cursor and a bookmark. */
async function settle(target: Target, { cases, account }: Move): Promise<Before> {
  const client = new Client(target, account);
  for (const testCase of cases) await makeDocument(client, target.system, handleOf(account, testCase), MARK);
  const read = await untilHit(() => client.ask({ kind: 'read', ...handleOf(account, firstOf(cases)) }));
  const page = await client.ask({ kind: 'list', resource: firstOf(cases).resource, limit: 1 });
  return { read, cursor: page.answer.cursor ?? '', bookmark: client.bookmark ?? '' };
}

/** The one whose document is read before the move, whatever its route. */
function firstOf(cases: readonly TestCase[]): TestCase {
  const [first] = cases;
  if (!first) throw new Error('a move is for one case at least');
  return first;
}

/** Every kind of request for what was left behind: plainly, with the old bookmark, and a list with the old cursor. */
async function askAll(
  target: Target,
  { route, resource }: TestCase,
  account: TestAccount,
  { bookmark, cursor }: Before,
): Promise<readonly Asked[]> {
  const client = new Client(target, account);
  const handle = handleOf(account, { route, resource });
  const operation = operationOn(
    target.system,
    route,
    handle,
    bodyOf(target.system, handle, 'after the move'),
  );
  const asked = [await client.ask(operation, { bookmark }), await client.ask(operation, { bookmark: null })];
  if (route === 'list') asked.push(await client.ask({ kind: 'list', resource, limit: 1, cursor }));
  return asked;
}

function judgeAnswers(testCase: TestCase, { id }: TestAccount, asked: readonly Asked[]): void {
  const { route } = testCase;
  // A create and a put make a document on the new shard; nothing else finds one there.
  const makesOwn = route === 'create' || route === 'put';
  const isNothing = ({ answer }: Asked): boolean =>
    route === 'list' ? answer.documents.length === 0 : answer.outcome === 'absent';
  const stray = asked.find(
    (each) =>
      each.response.body.includes(MARK) ||
      !(makesOwn || isNothing(each) || each.answer.outcome === 'refused'),
  );
  testCase.claim('what a moved account left behind is not found', stray === undefined, {
    sentences: [
      `Because ${id} was moved without its documents, there is none for it.`,
      `However, ${stray?.request.method} ${stray?.request.path} answered ${stray?.response.status} ${stray?.response.body.slice(0, 200)}.`,
    ],
    exchanges: stray ? [stray] : [],
  });
}

async function judgeMove(context: IsolationContext, move: Move, before: Before): Promise<void> {
  const { target, evidence } = context;
  const { account, moved, cases } = move;
  if (!(await isAnswered(target, move, before))) return;
  for (const testCase of cases) {
    const isServed = before.read.answer.outcome === 'ok';
    testCase.served('before the move its document is served', isServed, [before.read]);
    judgeAnswers(testCase, account, await askAll(target, testCase, account, before));
    // Where the account now belongs, if that is another deployment.
    if (moved.urls !== account.urls)
      judgeAnswers(testCase, moved, await askAll(target, testCase, moved, before));
  }
  const { resource } = firstOf(cases);
  const handle = { resource, id: `${account.id}-new` };
  const { asked: control } = await makeDocument(new Client(target, moved), target.system, handle, 'new');
  evidence.served('after the move it is served', control.answer.outcome === 'ok', [control]);
}

/** Positions of two databases do not compare: one that waits for the old one waits for ever. */
async function isAnswered(
  target: Target,
  { cases, account }: Move,
  { bookmark, read }: Before,
): Promise<boolean> {
  const operation = { kind: 'read', resource: firstOf(cases).resource, id: `${account.id}-nothing` } as const;
  const asked = await orNoAnswer(new Client(target, account).ask(operation, { bookmark }));
  const holds = !(asked instanceof TransportError);
  for (const testCase of cases)
    testCase.claim('a request with a bookmark of the old shard is answered', holds, {
      sentences: [
        `Because ${account.id} was moved, its old bookmark is a position of another database.`,
        'However, a read with it was not answered.',
      ],
      exchanges: [read],
    });
  return holds;
}

/** No request after the move has written where the account was. */
async function judgeOldShard(target: Target, { cases, account, from }: Move): Promise<void> {
  for (const testCase of cases) {
    const stored = await administrationOf(target).storedOn(from, account.id, handleOf(account, testCase));
    const isKept = stored?.version === 1 && stored.body.includes(MARK);
    testCase.claim('a moved account changes nothing on its old shard', isKept, {
      sentences: [
        `Because ${account.id} was moved, its requests must not reach ${from}.`,
        `However, its document there is now ${JSON.stringify(stored)}.`,
      ],
      exchanges: [],
    });
  }
}

export const movedAccount = isolationCheck({
  name: 'moved-account',
  title:
    'A moved account is served from its new shard only: what it left behind is neither shown nor changed.',
  severity: 'critical',
  requirements: ['A1', 'A3'],
  needs: ['another-account', 'operator', 'signing', 'faults', 'read', 'list'],
  leavesOut: [{ distances: ['same-shard'], because: 'both are on the same shard, and there is no move' }],
  method: `Accounts made for this check are moved without their documents from every shard to every other one, of the same
deployment and of another. After the time within which that must be noticed (the Worker's clock is moved instead of waiting), no
route finds what they left behind: neither with the old bookmark, nor without one, nor with an old cursor, nor from the cache. On
the old shard nothing has changed.`,
  async judge(context) {
    const { target, cases, unique } = context;
    const { shardOf } = platformOf(target);
    const byPair = [...Map.groupBy(cases, ({ position }) => position.pair).values()];
    const places = byPair.flatMap((of) => {
      const [first] = of;
      if (!first) return [];
      const { attacker, owner, position } = first;
      const [from, to] = [shardOf(attacker.account.id), shardOf(owner.account.id)];
      return [{ cases: of, from, to, id: unique(`${position.pair}`), first }];
    });
    const rows = places.map(({ id, from }) => ({ id, shardId: from }));
    await withAccounts(target, rows, async (...made) => {
      const moves = places.map(({ first, ...place }, index): Move => {
        const row = made[index];
        if (!row) throw new Error('an account was asked for');
        const account = { ...row, urls: first.attacker.account.urls };
        return { ...place, account, moved: { ...account, urls: first.owner.account.urls } };
      });
      const before = await Promise.all(moves.map((move) => settle(target, move)));
      for (const { to, account } of moves) await administrationOf(target).setShard(account.id, to);
      await atSkew(target, noticedWithinMs(target) + 1_000, () =>
        Promise.all(
          moves.map(async (move, index) => {
            const held = before[index];
            if (!held) throw new Error('nothing is known of before the move');
            await judgeMove(context, move, held);
          }),
        ),
      );
      for (const move of moves) await judgeOldShard(target, move);
    });
  },
});

import {
  type Asked,
  accountOf,
  Client,
  platformOf,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { noticedWithinMs, withAccounts } from '../kit/accounts.ts';
import { atSkew } from '../kit/planned-faults.ts';

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
    "change. The Worker's clock is moved instead of waiting.",
  async run(context) {
    const { target, evidence, unique } = context;
    const { shardOf } = platformOf(target);
    const [from, to] = [shardOf(accountOf(target, 'subject').id), shardOf(accountOf(target, 'elsewhere').id)];
    await withAccounts(target, [{ id: unique('account'), shardId: from }], async (account) => {
      const { id } = documentOf(context);
      const session = new Client(target, account);
      const put = await session.ask({
        kind: 'put',
        ...documentOf(context),
        body: { surname: id, at: 'old' },
      });
      const cached = await fillCaches(target, account, id);
      const isOld = [put, ...cached].every(({ answer }) => answer.outcome === 'ok');
      evidence.control('the old shard serves the account before the move', isOld, [put, ...cached]);

      await move(target, { accountId: account.id, id, from, to });
      const early = await atSkew(target, noticedWithinMs(target) * 0.6, () =>
        everywhere(target, account, id),
      );
      for (const asked of early)
        evidence.claim(
          `until the time has passed the document in ${asked.pop} is the old copy or the new one`,
          ['old', 'new'].includes(String(asked.answer.documents[0]?.body?.at)),
          [asked],
        );
      await atSkew(target, noticedWithinMs(target) + 1_000, () => judgeMoved(context, session));

      const [old] = await bodyOn(target, from, account.id, id);
      const [moved] = await bodyOn(target, to, account.id, id);
      const onlyThere = atOf(old) === 'old' && atOf(moved) === 'written after the move';
      evidence.claim('a write after the move changes the new shard alone', onlyThere, {
        sentences: [
          'Because the account was moved, its writes belong on the new shard.',
          `However, the old shard holds "${atOf(old)}" and the new one "${atOf(moved)}".`,
        ],
        exchanges: [],
      });
    });
  },
};

const documentOf = ({ unique }: Context) => ({ resource: 'clients', id: unique('document') }) as const;

async function judgeMoved(context: Context, session: Client): Promise<void> {
  const { target, evidence } = context;
  const document = documentOf(context);
  const fromNew = (what: string, asked: Asked, at: string) => {
    const shown = asked.answer.documents.map(({ body }) => body?.at);
    const sentences = [
      `Because the account was moved more than ${noticedWithinMs(target)} ms before, ${what} has at "${at}".`,
      `However, it had ${JSON.stringify(shown)}.`,
    ];
    const holds = shown.length === 1 && shown[0] === at;
    evidence.claim(`${what} shows the new shard`, holds, { sentences, exchanges: [asked] });
  };
  for (const asked of await everywhere(target, session.account, document.id))
    fromNew(`a read in ${asked.pop}`, asked, 'new');
  const mine = await session.ask({ kind: 'read', ...document });
  fromNew('a read with a bookmark of the old shard', mine, 'new');
  const list = await session.ask({
    kind: 'list',
    resource: 'clients',
    filter: { field: 'surname', is: document.id },
  });
  fromNew('a list', list, 'new');
  const at = 'written after the move';
  const put = await session.ask({ kind: 'put', ...document, body: { surname: document.id, at } });
  evidence.claim('a write after the move is done', put.answer.outcome === 'ok', [put]);
  const again = await session.ask({ kind: 'read', ...document });
  fromNew('a read after a write', again, at);
}

const everywhere = (target: Target, account: TestAccount, id: string): Promise<Asked[]> =>
  Promise.all(
    target.pops.map((pop) => new Client(target, account, pop).ask({ kind: 'read', resource: 'clients', id })),
  );

const MAX_READS = 40;

/** Reads in every PoP, until a cache answers where the target says whether one does. */
async function fillCaches(target: Target, account: TestAccount, id: string): Promise<Asked[]> {
  for (let reads = 1; ; reads += 1) {
    const asked = await everywhere(target, account, id);
    if (reads === MAX_READS || asked.every(({ answer }) => answer.cache !== 'miss')) return asked;
  }
}

interface Move {
  readonly accountId: string;
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** Copies the document, marks the copy, and tells the account database. */
async function move(target: Target, { accountId, id, from, to }: Move): Promise<void> {
  const { operator } = platformOf(target).platform;
  const [row] = await bodyOn(target, from, accountId, id);
  const body = JSON.stringify({ ...JSON.parse(String(row?.body)), at: 'new' });
  const insert = 'INSERT INTO clients (account_id, entity_id, _version, body) VALUES (?, ?, ?, ?)';
  await operator.query(to, insert, [accountId, id, Number(row?._version), body]);
  await operator.query('accounts', 'UPDATE account SET db_shard_id = ? WHERE id = ?', [to, accountId]);
}

const bodyOn = (target: Target, shardId: string, accountId: string, id: string) =>
  platformOf(target).platform.operator.query(
    shardId,
    'SELECT _version, body FROM clients WHERE account_id = ? AND entity_id = ?',
    [accountId, id],
  );

const atOf = (row: Readonly<Record<string, unknown>> | undefined): string =>
  String(JSON.parse(String(row?.body ?? '{}')).at);

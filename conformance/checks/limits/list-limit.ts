import {
  type Asked,
  accountOf,
  Client,
  encode,
  familiesOf,
  NeedNotMet,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, indexedFieldOf, makeDocument, store } from '../kit/index.ts';
import { judgeRefused } from './refused.ts';

const NONSENSE = [0, -1, 1.5, Number.NaN, 1e9, 2 ** 53];
/** Where no limit is stated, a page of this many documents is asked for. */
const TRIED_ITEMS = 10;

export const listLimit: Check = {
  id: 'limits/list-limit',
  title:
    'A page holds as many documents as were asked for, up to the stated limit; any other number is refused.',
  requirements: ['B9'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['list', 'put'],
  method:
    'One document more than the largest page is stored with one value in an indexed field. Pages of 1, of the largest size and of the ' +
    "default size are counted, and limits beyond that, zero, negative, broken and endless ones refused, of a list as of a join: SQLite's " +
    'LIMIT -1 is no limit at all.',
  async run(context) {
    const { target, evidence, unique } = context;
    const client = new Client(target, accountOf(target, 'subject'));
    const { listMaxItems, listDefaultItems } = target.system.limits;
    if (listMaxItems === undefined)
      evidence.remark('No largest page is stated, so only the size of a page that is asked for is judged.');
    const max = listMaxItems ?? TRIED_ITEMS;
    const resource = resourceWith(target.system, { routes: ['list'], indexed: 1 });
    const { name } = resource;
    const word = unique('word');
    const puts = Array.from({ length: max + 1 }, (_, index) =>
      store(context, client, resource, {
        id: unique(String(index)),
        body: documentBody(resource, word),
      }),
    );
    const stored = (await Promise.all(puts)).find(({ asked }) => asked.answer.outcome !== 'ok');
    evidence.served('the documents are stored', !stored, stored ? [stored.asked] : []);
    const page = (limit?: number): Promise<Asked> =>
      client.ask({
        ...{ kind: 'list', resource: name, filter: { field: indexedFieldOf(resource), is: word } },
        ...(limit !== undefined && { limit }),
      });

    const pathOf = (limit?: number): string =>
      encode(target.system, { kind: 'list', resource: name, ...(limit !== undefined && { limit }) }).path;
    if (pathOf(1) === pathOf()) throw new NeedNotMet('needs lists of which a limit can be asked for');
    const sizes = [[1, 1] as const, [max, max] as const, [undefined, listDefaultItems] as const];
    for (const [limit, size] of sizes) {
      if (size === undefined) continue;
      const asked = await page(limit);
      const isFull = asked.answer.documents.length === size;
      // A list without cursors has no way to say it.
      const saysMore = asked.answer.cursor === undefined || typeof asked.answer.cursor === 'string';
      evidence.claim(
        `limit=${limit ?? '(none)'} shows ${size}, and that there are more`,
        isFull && saysMore,
        [asked],
      );
    }
    if (listMaxItems === undefined) return;
    for (const limit of [max + 1, ...NONSENSE])
      judgeRefused(context, `a list with limit=${limit}`, await page(limit));
    await judgeJoin(context, client, [max + 1, ...NONSENSE]);
  },
};

/** A join, where a limit can be asked of it, is held to the same. */
async function judgeJoin(context: Context, client: Client, limits: readonly number[]): Promise<void> {
  const { target, unique } = context;
  const [family] = familiesOf(target.system, { joined: true });
  if (!family) return;
  const wished = { resource: family.parent.name, id: unique('parent') };
  const { handle } = await makeDocument(client, target.system, wished, unique('parent'));
  const join = { kind: 'join', ...handle, child: family.child.name } as const;
  if (encode(target.system, { ...join, limit: 1 }).path === encode(target.system, join).path) return;
  const plain = await client.ask({ ...join, limit: 1 });
  context.evidence.served('a join with limit=1 is answered', plain.answer.outcome === 'ok', [plain]);
  for (const limit of limits)
    judgeRefused(context, `a join with limit=${limit}`, await client.ask({ ...join, limit }));
}

import type { Operation } from '../../../reference-worker/target/index.ts';
import {
  type Asked,
  accountOf,
  Client,
  NeedNotMet,
  type Role,
} from '../../../reference-worker/target/index.ts';
import { type Cell, routesExcept } from './cells.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

/** A cursor with something changed; never its last character, some bits of which a decoder may ignore. */
const tampered = (cursor: string): readonly string[] => [
  flipped(cursor, 0),
  flipped(cursor, Math.floor(cursor.length / 4)),
  flipped(cursor, Math.floor(cursor.length / 2)),
  flipped(cursor, cursor.length - 6),
  cursor.slice(0, -6),
  ...(cursor.includes('.') ? [cursor.slice(0, cursor.lastIndexOf('.'))] : []),
];

/** A page of one: two finances of one client under the same ids in both accounts. */
const pageOf = (cell: Cell, clientId: string, cursor?: string): Operation => {
  const page = { limit: 1, ...(cursor !== undefined && { cursor }) };
  return cell.route === 'join'
    ? { kind: 'join', resource: 'clients', child: 'finances', id: clientId, ...page }
    : { kind: 'list', resource: 'finances', filter: { field: 'reviewOn', is: clientId }, ...page };
};

async function layAndPage(bench: Bench, cell: Cell, role: Role, clientId: string) {
  const client = new Client(bench.target, accountOf(bench.target, role));
  const secret = bench.scene.secretOf(role);
  await client.ask({ kind: 'put', resource: 'clients', id: clientId, body: { secret } });
  for (const rank of [1, 2]) {
    const body = { clientId, reviewOn: clientId, secret };
    await client.ask({ kind: 'put', resource: 'finances', id: `${clientId}-${rank}`, body });
  }
  const page = await client.ask(pageOf(cell, clientId));
  const { cursor } = page.answer;
  if (typeof cursor !== 'string' || page.answer.documents.length !== 1)
    throw new NeedNotMet('needs lists in pages of a chosen length, with a cursor to the next one');
  const next = await client.ask(pageOf(cell, clientId, cursor));
  const isSecond = next.answer.documents[0]?.id === `${clientId}-2`;
  bench.control(cell, 'a cursor leads its own account to the next page', isSecond, [page, next]);
  return { client, cursor };
}

function judgeRefusal(bench: Bench, cell: Cell, what: string, asked: Asked): void {
  if (bench.target.lacks('sealed-cursors') === undefined)
    bench.claim(cell, `${what} is refused`, asked.answer.outcome === 'refused', {
      sentences: [
        `Because a cursor is signed for one account and one list, and cannot be edited, ${what} must be refused.`,
        `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status}.`,
      ],
      exchanges: [asked],
    });
  const leaks = leaksIn(asked, bench.scene, bench.target.accounts);
  bench.claim(cell, `${what} shows nothing of another account`, leaks.length === 0, [asked]);
}

export const foreignCursor = vector({
  name: 'foreign-cursor',
  title:
    "A cursor works for the account and the list that it was made for; another account's, or an edited one, is refused.",
  severity: 'high',
  needs: ['another-account', 'put', 'list'],
  leavesOut: [{ routes: routesExcept('list', 'join'), because: 'they take no cursor' }],
  method: `Both accounts page through lists of the same ids. The subject sends the other account's cursor, its own with a
character changed or its end cut off, and its own of another list. None shows
anything of the other account, and where cursors are promised to be sealed all are refused.`,
  judge: (bench) =>
    forEachCell(bench, async (cell) => {
      const clientId = bench.unique(`${cell.route}-${cell.placement}`);
      const theirs = await layAndPage(bench, cell, cell.placement, clientId);
      const { client, cursor } = await layAndPage(bench, cell, 'subject', clientId);
      const foreign = await client.ask(pageOf(cell, clientId, theirs.cursor));
      judgeRefusal(bench, cell, "another account's cursor", foreign);
      for (const edited of tampered(cursor))
        judgeRefusal(bench, cell, 'an edited cursor', await client.ask(pageOf(cell, clientId, edited)));
      const notes = { kind: 'list', resource: 'notes', limit: 1 } as const;
      judgeRefusal(bench, cell, 'a cursor of another list', await client.ask({ ...notes, cursor }));
    }),
});

import type { Operation } from '../../../reference-worker/target/index.ts';
import { type Asked, accountOf, Client, type Role } from '../../../reference-worker/target/index.ts';
import { differences, shapeOf, someOf } from './answers.ts';
import { type Cell, routesExcept } from './cells.ts';
import { idsOn, sameIds } from './lists.ts';
import { type Bench, vector } from './vector.ts';

const OWN_DOCUMENTS = 3;

/** What one cell looks at: finances of one client, under ids between which those of the other account sort. */
interface Subject {
  readonly cell: Cell;
  readonly me: Client;
  readonly clientId: string;
  readonly own: readonly string[];
}

async function lay(
  bench: Bench,
  client: Client,
  role: Role,
  clientId: string,
  infix: string,
): Promise<string[]> {
  const secret = bench.scene.secretOf(role);
  await client.ask({ kind: 'put', resource: 'clients', id: clientId, body: { secret } });
  const ids = Array.from({ length: OWN_DOCUMENTS }, (_, index) => `${clientId}-${index}-${infix}`);
  for (const id of ids) {
    const body = { clientId, reviewOn: clientId, secret };
    await client.ask({ kind: 'put', resource: 'finances', id, body });
  }
  return ids;
}

const operationOf = ({ cell, clientId }: Subject, limit: number, cursor?: string): Operation => {
  const page = { limit, ...(cursor !== undefined && { cursor }) };
  return cell.route === 'join'
    ? { kind: 'join', resource: 'clients', child: 'finances', id: clientId, ...page }
    : { kind: 'list', resource: 'finances', filter: { field: 'reviewOn', is: clientId }, ...page };
};

/** Where the third answer differs from the first two, which are alike there. */
function toldBy(asked: readonly (Asked | undefined)[]): readonly string[] {
  const [before, again, now] = asked.map((each) => each && shapeOf(each));
  if (!before || !again || !now) throw new Error('an answer is missing');
  return differences(now, [before, again]);
}

/** The pages of every length, by the length less one. */
async function pagesOf(subject: Subject): Promise<readonly (readonly Asked[])[]> {
  const all: Asked[][] = [];
  for (let limit = 1; limit <= OWN_DOCUMENTS + 1; limit++) {
    const pages: Asked[] = [];
    let cursor: string | null | undefined;
    do {
      pages.push(await subject.me.ask(operationOf(subject, limit, cursor ?? undefined)));
      cursor = pages.at(-1)?.answer.cursor;
    } while (cursor && pages.length <= OWN_DOCUMENTS * 2);
    all.push(pages);
  }
  return all;
}

/** The list has the own documents, once each, and ends where it ended before: with the last of them, or an empty page. */
async function judgePages(
  bench: Bench,
  subject: Subject,
  before: readonly (readonly Asked[])[],
): Promise<void> {
  const { cell, me, own } = subject;
  for (const [index, pages] of (await pagesOf(subject)).entries()) {
    const isExact =
      sameIds(idsOn(pages).toSorted(), own.toSorted()) && pages.length === before[index]?.length;
    bench.claim(cell, 'the pages of a list hold the own documents, and end with the last of them', isExact, {
      sentences: [
        `Because ${me.account.id} has ${OWN_DOCUMENTS} documents there, pages of ${index + 1} must show them and end.`,
        `However, ${pages.length} pages show ${idsOn(pages).join(', ')}, and ${before[index]?.length} did before.`,
      ],
      exchanges: pages,
    });
  }
}

/** Longer than the steps in which a clock is told to clients: whole seconds. */
const NEXT_SECOND_MS = 1_100;

export const countsAndTotals = vector({
  name: 'counts-and-totals',
  title: 'No count, total or page tells how many documents another account has.',
  severity: 'high',
  needs: ['another-account', 'put'],
  leavesOut: [{ routes: routesExcept('list', 'join'), because: 'they count nothing' }],
  method: `Lists and joins of the subject are answered before and after the other account adds documents with the same values
and with ids in between: apart from the position of the database, every header and field stays the same, but for what changes with time. Before and after, the list is
followed with pages of every length: it has the own documents and ends where it ended.`,
  async judge(bench) {
    const { target, cells, unique } = bench;
    const subjects = await Promise.all(
      cells.map(async (cell): Promise<Subject> => {
        const me = new Client(target, accountOf(target, 'subject'));
        const clientId = unique(`${cell.route}-${cell.placement}`);
        return { cell, me, clientId, own: await lay(bench, me, 'subject', clientId, 'm') };
      }),
    );
    const askAll = (): Promise<Asked[]> =>
      Promise.all(subjects.map((subject) => subject.me.ask(operationOf(subject, 2))));
    // One after another, so that nothing of this check happens between the answers that are compared.
    const [first, second] = [await askAll(), await askAll()];
    const pagesBefore = await Promise.all(subjects.map(pagesOf));
    const theirs = await Promise.all(
      subjects.map(({ cell, clientId }) => {
        const other = new Client(target, accountOf(target, cell.placement));
        return lay(bench, other, cell.placement, clientId, 'a').then(() =>
          other.ask({ kind: 'read', resource: 'clients', id: clientId }),
        );
      }),
    );
    const after = await askAll();
    // What differs may be the time: then it differs again a second later, although nobody has added anything.
    const isSame = subjects.every(
      (_, index) => toldBy([first, second, after].map((asked) => asked[index])).length === 0,
    );
    if (!isSame) await new Promise((resolve) => setTimeout(resolve, NEXT_SECOND_MS));
    const later = isSame ? after : await askAll();
    for (const [index, subject] of subjects.entries()) {
      const exchanges = [first, second, after].flatMap((asked) => asked[index] ?? []);
      const control = theirs[index];
      if (!control) throw new Error('an answer is missing');
      const changing = toldBy([after, after, later].map((asked) => asked[index]));
      const told = toldBy(exchanges).filter((place) => !changing.includes(place));
      bench.control(
        subject.cell,
        'the other account has made its documents',
        control.answer.outcome === 'ok',
        [control],
      );
      bench.claim(subject.cell, 'what another account adds changes nothing in an answer', told.length === 0, {
        sentences: [
          `Because only ${control.account} has added documents, ${subject.me.account.id} must be answered as before.`,
          `However, the answer differs in ${someOf(told)}.`,
        ],
        exchanges,
      });
    }
    await Promise.all(subjects.map((subject, index) => judgePages(bench, subject, pagesBefore[index] ?? [])));
  },
});

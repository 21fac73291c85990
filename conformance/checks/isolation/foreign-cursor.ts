import {
  type Client,
  NeedNotMet,
  type Operation,
  type System,
} from '../../../reference-worker/target/index.ts';
import { resourcesFor } from '../kit/index.ts';
import { routesExcept } from './cases.ts';
import { type Group, groupOf } from './groups.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

/** A cursor with something changed; never its last character, some bits of which a decoder may ignore. */
const tampered = (cursor: string): readonly string[] => [
  flipped(cursor, 0),
  flipped(cursor, Math.floor(cursor.length / 4)),
  flipped(cursor, Math.floor(cursor.length / 2)),
  flipped(cursor, cursor.length - 6),
  cursor.slice(0, -6),
  `${cursor}AAAA`,
  // Neither is a sign of Base64, in either alphabet (RFC 4648, sections 4 and 5): a decoder may break off there.
  `${cursor}!`,
  `${cursor.slice(0, cursor.lastIndexOf('.') + 1)}!${cursor.slice(cursor.lastIndexOf('.') + 1)}`,
  ...(cursor.includes('.') ? [cursor.slice(0, cursor.lastIndexOf('.'))] : []),
];

/** Two documents of an account, and a cursor to the second of them. */
async function pagedBy(
  testCase: TestCase,
  client: Client,
  system: System,
  name = 'group',
): Promise<{ group: Group; cursor: string }> {
  const group = await groupOf(testCase, client, system, name);
  const ids = [(await group.add('1')).handle.id, (await group.add('2')).handle.id];
  const page = await client.ask(group.page(1));
  const { cursor, documents } = page.answer;
  if (typeof cursor !== 'string' || documents.length !== 1)
    throw new NeedNotMet('needs lists in pages of a chosen length, with a cursor to the next one');
  const next = await client.ask(group.page(1, cursor));
  const other = ids.find((id) => id !== documents[0]?.id);
  const isOther = next.answer.documents[0]?.id === other;
  testCase.served('a cursor leads its own account to the next page', isOther, [page, next]);
  return { group, cursor };
}

async function judgeCase(testCase: TestCase, { target }: IsolationContext): Promise<void> {
  const { attacker, owner } = testCase;
  const { cursor: theirs } = await pagedBy(testCase, owner, target.system);
  const { group, cursor: own } = await pagedBy(testCase, attacker, target.system);
  const isSealed = target.lacks('sealed-cursors') === undefined;
  const judge = async (what: string, operation: Operation): Promise<void> => {
    const asked = await attacker.ask(operation);
    if (isSealed)
      testCase.claim(`${what} is refused`, asked.answer.outcome === 'refused', {
        sentences: [
          `Because a cursor is signed for one account and one list, and cannot be edited, ${what} must be refused.`,
          `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status}.`,
        ],
        exchanges: [asked],
      });
    testCase.claim(`${what} shows nothing of another account`, testCase.leaks(asked).length === 0, [asked]);
  };
  await judge("another account's cursor", group.page(1, theirs));
  for (const edited of tampered(own)) await judge('an edited cursor', group.page(1, edited));
  const others = resourcesFor(target.system, 'list').filter(({ name }) => name !== testCase.resource);
  for (const { name } of others.slice(0, 1))
    await judge('a cursor of another list', { kind: 'list', resource: name, limit: 1, cursor: own });
  const { group: sibling } = await pagedBy(testCase, attacker, target.system, 'sibling');
  const of =
    testCase.route === 'join' ? 'the same join of another document' : 'the same list of another value';
  await judge(`a cursor of ${of}`, sibling.page(1, own));
}

export const foreignCursor = isolationCheck({
  name: 'foreign-cursor',
  title:
    "A cursor works for the account and the list that it was made for; another account's, or an edited one, is refused.",
  severity: 'high',
  needs: ['another-account', 'list'],
  promises: ['sealed-cursors'],
  leavesOut: [{ routes: routesExcept('list', 'join'), because: 'they take no cursor' }],
  method: `Both accounts page through lists of the same ids. The attacker sends the other account's cursor, its own with
a character changed, its end cut off, or more at its end, and its own of another resource, value or parent. None shows anything of the other account, and where cursors are promised to be sealed all are refused.`,
  judge: eachCase(judgeCase),
});

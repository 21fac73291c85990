import type { Asked, Client, List, TestAccount } from '../../../reference-worker/target/index.ts';
import type { Fixture, FixtureDocument } from './fixture.ts';
import type { TestCase } from './isolation-check.ts';

/** More than any account has at this number to a page. */
const PAGES_MAX = 200;

/** Follows a list to its end, or to where it begins to repeat itself. @returns its pages, in their order */
export async function pagesOf(client: Client, list: List): Promise<readonly Asked[]> {
  const pages: Asked[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await client.ask({ ...list, ...(cursor && { cursor }) });
    pages.push(page);
    cursor = page.answer.cursor;
  } while (cursor && pages.length < PAGES_MAX && !repeats(pages));
  return pages;
}

/** Whether a document is listed twice: a list that stays in one account has each id once. */
export const repeats = (pages: readonly Asked[]): boolean => new Set(idsOn(pages)).size < idsOn(pages).length;

export const idsOn = (pages: readonly Asked[]): readonly string[] =>
  pages.flatMap(({ answer }) => answer.documents.map(({ id }) => id));

/** What an account's part of the fixture holds under a filter, in the order of a field and then of the ids. */
export function expectedIds(
  fixture: Fixture,
  account: TestAccount,
  resource: string,
  {
    field,
    matches,
    descending = false,
  }: {
    readonly field: string;
    readonly matches: (value: string) => boolean;
    readonly descending?: boolean;
  },
): readonly string[] {
  const held = ({ body }: FixtureDocument): string => String(body[field]);
  // NUL sorts before whatever a value or an id holds.
  const keyOf = (document: FixtureDocument): string => `${held(document)}\0${document.id}`;
  const sorted = fixture
    .documents(account, resource)
    .filter((document) => matches(held(document)))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(({ id }) => id);
  return descending ? sorted.reverse() : sorted;
}

export const sameIds = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n');

/** In whatever order: that is for who promises one. */
export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  sameIds(a.toSorted(), b.toSorted());

/**
 * Whether pages show nothing of a case's owner, and what they should. What another owner explains is the failure of
 * that case alone.
 *
 * @param isExpected whether they show what they should
 */
export function isOnlyOwn(
  fixture: Fixture,
  { attacker, owner }: Pick<TestCase, 'attacker' | 'owner'>,
  pages: readonly Asked[],
  isExpected: boolean,
): boolean {
  const leaks = (owners?: readonly TestAccount[]): boolean =>
    pages.some((page) => fixture.leaksIn(page, attacker.account, owners).length > 0);
  if (leaks([owner.account])) return false;
  return isExpected || leaks();
}

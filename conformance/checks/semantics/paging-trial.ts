import fc from 'fast-check';
import type { Asked, Client, Handle, Join, List, Operation } from '../../../reference-worker/target/index.ts';

/** What happens between two pages. */
export type PageChange =
  | { readonly kind: 'insert'; readonly key: number; readonly rank: number }
  /** Of one of the documents that were there at first, counted round. */
  | { readonly kind: 'delete'; readonly index: number }
  /** Of the document at which the last page ended: where the next one begins. */
  | { readonly kind: 'delete last' };

/** A list that is read page by page while documents come and go. */
export interface Paging {
  /** The rank of each document's value in the order of values, by the key of its id. */
  readonly ranks: ReadonlyMap<number, number>;
  readonly limit: number;
  readonly descending: boolean;
  /** After the first page, after the second... */
  readonly changes: readonly (readonly PageChange[])[];
}

/** Few values, so that most documents have one in common with others. */
const RANKS = 3;
const KEYS = 36 * 36;
const PAGES_MAX = 60;

const key = fc.nat(KEYS - 1);
const rank = fc.nat(RANKS - 1);
const anyChange: fc.Arbitrary<PageChange> = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), key, rank }),
  fc.record({ kind: fc.constant('delete' as const), index: fc.nat(20) }),
  fc.record({ kind: fc.constant('delete last' as const) }),
);

export const pagings: fc.Arbitrary<Paging> = fc.record({
  ranks: fc
    .uniqueArray(key, { minLength: 4, maxLength: 9 })
    .chain((keys) =>
      fc
        .array(rank, { minLength: keys.length, maxLength: keys.length })
        .map((ranks) => new Map(keys.map((each, index) => [each, ranks[index] ?? 0]))),
    ),
  limit: fc.integer({ min: 1, max: 3 }),
  descending: fc.boolean(),
  changes: fc.array(fc.array(anyChange, { maxLength: 2 }), { maxLength: 4 }),
});

/** Every run tries these before it draws others: ties across pages, both orders, and the end of a page deleted. */
export const DIRECTED_PAGINGS: readonly Paging[] = [false, true].flatMap((descending) => [
  { ranks: ranksOf([1, 1, 1, 1, 1, 0, 2]), limit: 2, descending, changes: [] },
  {
    ranks: ranksOf([1, 1, 1, 1, 1, 0, 2]),
    limit: 2,
    descending,
    changes: [[{ kind: 'delete last' }], [{ kind: 'delete last' }]],
  },
  {
    ...{ ranks: ranksOf([0, 0, 1, 1, 2, 2]), limit: 2, descending },
    changes: [
      [
        { kind: 'insert', key: 0, rank: 0 },
        { kind: 'delete', index: 0 },
      ],
      [{ kind: 'insert', key: KEYS - 1, rank: 2 }],
    ],
  },
]);

function ranksOf(ranks: readonly number[]): ReadonlyMap<number, number> {
  return new Map(ranks.map((each, index) => [7 * index + 5, each]));
}

/** What a list is of, and how its documents are made. */
export interface Shelf {
  readonly client: Client;
  readonly list: List | Join;
  /** Whether the order of the pages is promised. */
  readonly isOrdered: boolean;
  /** Whether the length of a page can be asked for. */
  readonly isLimited: boolean;
  handleOf(key: number): Handle;
  /** @returns the request that makes the document of a key */
  make(key: number, rank: number): Operation;
}

/** @returns what is wrong with the pages, with all that was asked; undefined when nothing is */
export async function pageThrough(
  shelf: Shelf,
  { ranks, limit, descending, changes }: Paging,
): Promise<
  | { readonly what: string; readonly exchanges: readonly Asked[]; readonly pages: number }
  | { readonly pages: number }
> {
  const { client, handleOf, make } = shelf;
  const exchanges: Asked[] = [];
  const ask = async (operation: Operation): Promise<Asked> => {
    const asked = await client.ask(operation);
    exchanges.push(asked);
    return asked;
  };
  /** A write that is not done is for other checks: of pages it tells nothing. */
  const change = async (operation: Operation): Promise<void> => {
    const { answer, response } = await ask(operation);
    if (answer.outcome !== 'ok')
      throw new Error(`a ${operation.kind} that the pages need was answered ${response.status}`);
  };
  const places = new Map([...ranks].map(([each, held]) => [handleOf(each).id, { key: each, rank: held }]));
  const steady = new Set(places.keys());
  const gone = new Set<string>();
  for (const [each, held] of ranks) await change(make(each, held));
  const shown: string[] = [];
  let cursor: string | null | undefined;
  let pages = 0;
  const fail = (what: string) => ({ what, exchanges, pages });
  do {
    const page = await ask({ ...shelf.list, limit, ...(cursor && { cursor }) });
    pages += 1;
    if (page.answer.outcome !== 'ok') return fail(`page ${pages} was answered ${page.response.status}`);
    const ids = page.answer.documents.map(({ id }) => id);
    if (shelf.isLimited && ids.length > limit)
      return fail(`page ${pages} holds ${ids.length} documents, of ${limit} that were asked for`);
    for (const id of ids) {
      if (gone.has(id)) return fail(`page ${pages} holds ${id}, which was deleted before it was asked for`);
      if (shown.includes(id)) return fail(`page ${pages} holds ${id} a second time`);
      if (!places.has(id)) return fail(`page ${pages} holds ${id}, which is not of this list`);
      shown.push(id);
    }
    cursor = page.answer.cursor;
    for (const each of changes[pages - 1] ?? []) {
      const last = shown.at(-1);
      const [id] =
        each.kind === 'delete last'
          ? [last]
          : each.kind === 'delete'
            ? [handleOf([...ranks.keys()][each.index % ranks.size] ?? 0).id]
            : [undefined];
      if (each.kind === 'insert' && !places.has(handleOf(each.key).id)) {
        places.set(handleOf(each.key).id, { key: each.key, rank: each.rank });
        await change(make(each.key, each.rank));
      }
      if (id === undefined || gone.has(id)) continue;
      gone.add(id);
      steady.delete(id);
      await change({ kind: 'delete', ...handleOf(0), id });
    }
  } while (cursor && pages < PAGES_MAX);
  const missing = [...steady].find((id) => !shown.includes(id));
  if (missing) return fail(`no page holds ${missing}, which was there all the while`);
  const orderOf = (id: string): string => `${places.get(id)?.rank} ${id}`;
  const ordered = shown.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  if (descending) ordered.reverse();
  if (shelf.isOrdered && shown.join() !== ordered.join())
    return fail(`the pages hold ${shown.join(', ')}, and in their order that is ${ordered.join(', ')}`);
  return { pages };
}

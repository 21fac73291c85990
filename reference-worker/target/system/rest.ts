import { z } from 'zod';
import type { Answer, HttpResponse } from '../answer.ts';
import { changesDocuments, type Operation } from '../operation.ts';
import type { Routes } from './routes.ts';

/** Shows who is asking by `Authorization: Bearer` (RFC 6750). */
export const bearer = (token: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${token}`,
});

/** Shows who is asking by a cookie of this name. */
export const cookie =
  (name: string) =>
  (token: string): Readonly<Record<string, string>> => ({ cookie: `${name}=${token}` });

export interface RestOptions {
  /** Of a list, as in `/api/:resource`; a document is below it. */
  readonly path: string;
  /** Which of its kinds of requests the Worker does not answer. */
  readonly without?: readonly ('read' | 'list' | 'create' | 'put' | 'patch' | 'delete')[];
  /** The member of a document that holds its id: `id`, unless told otherwise. */
  readonly id?: string;
  /**
   * The member of a list's answer that holds its documents, `:resource` where it is called as they are; where there is none the
   * answer itself is the list.
   */
  readonly items?: string;
  /** The member of a list's answer, and the parameter of the request, for the page after: neither where lists have no pages. */
  readonly page?: { readonly next: string; readonly parameter: string };
}

const Item = z.record(z.string(), z.unknown());

/**
 * The usual JSON API: documents are objects with their id in them, fields filter lists by equality, 404 says that there is no
 * such document, and other statuses of 400 and more that nothing was done, unless they are 500 and more.
 */
export function rest({ path, without = [], id = 'id', items, page }: RestOptions): {
  routes: Routes;
  answer: (response: HttpResponse, json: unknown, operation: Operation) => Answer;
} {
  const one = `${path}/:id`;
  const json = ({ body }: { readonly body: unknown }): unknown => body;
  const all: Routes = {
    read: { method: 'GET', path: one },
    list: {
      method: 'GET',
      path,
      search: ({ filter, limit, cursor }) => ({
        ...(filter && { [filter.field]: 'is' in filter ? filter.is : filter.prefix }),
        ...(page && { limit, [page.parameter]: cursor }),
      }),
    },
    create: { method: 'POST', path, json },
    put: { method: 'PUT', path: one, json },
    patch: { method: 'PATCH', path: one, json },
    delete: { method: 'DELETE', path: one },
  };
  const shown = (value: unknown) => {
    const { [id]: own, ...body } = Item.parse(value);
    return { id: String(own), body };
  };
  return {
    routes: Object.fromEntries(
      Object.entries(all).filter(([kind]) => !without.some((each) => each === kind)),
    ),
    answer({ status }, reply, operation) {
      if (status >= 500)
        return { outcome: changesDocuments(operation) ? 'unknown' : 'refused', documents: [] };
      if (status >= 400) return { outcome: status === 404 ? 'absent' : 'refused', documents: [] };
      if (operation.kind !== 'list') {
        // An answer without content, to a deletion or a write, names no document.
        const isEmpty =
          reply === undefined || (operation.kind === 'delete' && !Item.safeParse(reply).data?.[id]);
        return { outcome: 'ok', documents: isEmpty ? [] : [shown(reply)] };
      }
      const member = items?.replace(':resource', operation.resource);
      const list = member === undefined ? reply : Item.parse(reply)[member];
      const next = page && z.string().nullish().parse(Item.parse(reply)[page.next]);
      return { outcome: 'ok', documents: z.array(z.unknown()).parse(list).map(shown), cursor: next ?? null };
    },
  };
}

import { z } from 'zod';
import type { Answer, HttpResponse } from '../answer.ts';
import { changesDocuments, isWrite, type Operation } from '../operation.ts';
import type { Routes } from './routes.ts';

/** The parts of a description that say how requests look, and what answers mean. */
export interface RestParts {
  readonly routes: Routes;
  readonly answer: (response: HttpResponse, json: unknown, operation: Operation) => Answer;
  readonly errors?: ErrorsPart;
}

/** How a Worker that answers 200 whatever happens says what went wrong. */
export interface ErrorsPart {
  /** Of an answer's body. */
  readonly member: string;
  /** What it says, and no other, where there is no such document. */
  readonly absent: RegExp;
}

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
 * The usual JSON API: documents are objects with their id in them, fields filter lists by equality, 404 and 410 say that there is no
 * such document (RFC 9110, sections 15.5.5 and 15.5.11), and other statuses of 400 and more that nothing was done, unless they are
 * 500 and more. A write may be answered by a redirect to the document that it made, or to its list, as forms are.
 */
export function rest({ path, without = [], id = 'id', items, page }: RestOptions): RestParts {
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
    answer({ status, headers }, reply, operation) {
      if (status >= 500)
        return { outcome: changesDocuments(operation) ? 'unknown' : 'refused', documents: [] };
      if (status >= 400) {
        const isAbsent = status === 404 || status === 410;
        return { outcome: isAbsent ? 'absent' : 'refused', documents: [] };
      }
      if (headers.location !== undefined && status >= 300)
        return redirected(headers.location, path, operation);
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

/** Who is sent somewhere else, to sign in for instance, has done nothing. */
function redirected(location: string, path: string, operation: Operation): Answer {
  const { pathname } = new URL(location, 'http://localhost');
  const list = 'resource' in operation ? path.replace(':resource', operation.resource) : path;
  if (!isWrite(operation) || !`${pathname}/`.startsWith(`${list}/`))
    return { outcome: 'refused', documents: [] };
  const id = decodeURIComponent(pathname.slice(list.length + 1));
  return { outcome: 'ok', documents: id === '' ? [] : [{ id }] };
}

/**
 * The same of a Worker that answers 200 whatever happens, and says in a member of the body what went wrong.
 *
 * @param absent what that text says, and no other, where there is no such document
 */
export const errorsIn = (member: string, absent: RegExp, { routes, answer }: RestParts): RestParts => ({
  routes,
  errors: { member, absent },
  answer(response, reply, operation) {
    const error = Item.safeParse(reply).data?.[member];
    if (error === undefined) return answer(response, reply, operation);
    const outcome = absent.test(JSON.stringify(error)) ? 'absent' : 'refused';
    return { outcome, documents: [] };
  },
});

import { z } from 'zod';
import type { Answer, HttpResponse } from '../answer.ts';
import { changesDocuments, type DocumentBody, isWrite, type List, type Operation } from '../operation.ts';
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
  /** The member of an answer that holds the one document which it shows, as `data`; absent where the answer is the document. */
  readonly document?: string;
  /**
   * The member of a list's answer that holds its documents, `:resource` where it is called as they are; where there is none the
   * answer itself is the list.
   */
  readonly items?: string;
  /** Absent where lists have no pages. */
  readonly page?: PageOptions;
}

/** Members are named as in `meta.next`, where one is in another. */
export interface PageOptions {
  /** The parameter of a request for a page. */
  readonly parameter: string;
  /**
   * The member of an answer that holds what the request for the page after it is sent with. Absent where pages are numbered from 1: one
   * that is empty is behind the last.
   */
  readonly next?: string;
  /** The parameter for how many documents a page shall have; `limit` unless told otherwise. */
  readonly limit?: string;
}

const Item = z.record(z.string(), z.unknown());

/**
 * The usual JSON API: documents are objects with their id in them, fields filter lists by equality, 404 and 410 say that there is no
 * such document (RFC 9110, sections 15.5.5 and 15.5.11), and other statuses of 400 and more that nothing was done, unless they are
 * 500 and more. A write may be answered by a redirect to the document that it made, or to its list, as forms are.
 */
export function rest({
  path,
  without = [],
  id = 'id',
  document = '',
  items = '',
  page,
}: RestOptions): RestParts {
  const one = `${path}/:id`;
  const json = ({ body }: { readonly body: unknown }): unknown => body;
  const all: Routes = {
    read: { method: 'GET', path: one },
    list: {
      method: 'GET',
      path,
      search: ({ filter, limit, cursor }) => ({
        ...(filter && { [filter.field]: 'is' in filter ? filter.is : filter.prefix }),
        ...(page && { [page.limit ?? 'limit']: limit, [page.parameter]: cursor }),
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
        const held = memberAt(reply, document);
        // An answer to a write need not name the document, or show what it holds; one without content does neither.
        const isNamed = Item.safeParse(held).data?.[id] !== undefined;
        if (reply === undefined || (changesDocuments(operation) && !isNamed))
          return { outcome: 'ok', documents: [] };
        const one = shown(held);
        return { outcome: 'ok', documents: [showsContent(operation, one.body) ? one : { id: one.id }] };
      }
      const list = z
        .array(z.unknown())
        .parse(memberAt(reply, items.replace(':resource', operation.resource)));
      return {
        outcome: 'ok',
        documents: list.map(shown),
        cursor: page ? cursorAfter(page, reply, list, operation) : null,
      };
    },
  };
}

/** @param path names joined by dots; empty: the whole */
const memberAt = (reply: unknown, path: string): unknown =>
  path === '' ? reply : path.split('.').reduce((value, name) => Item.safeParse(value).data?.[name], reply);

/** Whether an answer shows the document, and not a receipt for it: what was sent is there, by its names. */
const showsContent = (operation: Operation, body: DocumentBody): boolean =>
  !isWrite(operation) ||
  operation.kind === 'delete' ||
  Object.keys(operation.body).every((name) => Object.hasOwn(body, name));

function cursorAfter(
  { next }: PageOptions,
  reply: unknown,
  list: readonly unknown[],
  { cursor }: List,
): string | null {
  if (next === undefined) return list.length === 0 ? null : String(Number(cursor ?? 1) + 1);
  const after = z.union([z.string(), z.number()]).nullish().parse(memberAt(reply, next));
  return after === null || after === undefined || after === '' ? null : String(after);
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

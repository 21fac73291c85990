import type { Answer, HttpRequest, HttpResponse } from '../answer.ts';
import { changesDocuments, type Operation } from '../operation.ts';
import { asForm, cookiesIn, FORM } from './forms.ts';
import { routeTo } from './select.ts';
import type { RequestPart, System } from './system.ts';

/**
 * The request for an operation in the target's dialect.
 *
 * @throws Error for a kind that the target has no route for; `routeTo` tells before
 */
export function encode(system: System, operation: Operation): HttpRequest {
  const resource = 'resource' in operation ? operation.resource : undefined;
  const route = routeTo(system, operation.kind, resource);
  if (!route)
    throw new Error(`${system.name} has no route for ${operation.kind}${resource ? ` of ${resource}` : ''}`);
  const fields: Readonly<Record<string, unknown>> = { ...operation };
  // A path may name what a document is below, as in `/projects/:projectId/tasks`.
  const content: Readonly<Record<string, unknown>> = 'body' in operation ? operation.body : {};
  const path = route.path.replace(/:(\w+)/g, (_, name) =>
    encodeURIComponent(String(Object.hasOwn(fields, name) ? fields[name] : content[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(route.search?.(operation) ?? {}))
    if (value !== undefined) search.append(name, String(value));
  const { ifMatch, ifNoneMatch } = fields;
  const contentType = route.contentType ?? 'application/json';
  return {
    method: route.method,
    path: search.size > 0 ? `${path}?${search}` : path,
    headers: {
      ...(route.json && { 'content-type': contentType }),
      ...(typeof ifMatch === 'string' && { 'if-match': ifMatch }),
      ...(typeof ifNoneMatch === 'string' && { 'if-none-match': ifNoneMatch }),
    },
    ...(route.json && { body: (contentType === FORM ? asForm : JSON.stringify)(route.json(operation)) }),
  };
}

/** The headers by which a session sends the position that it has reached. */
export function positionHeaders(
  { bookmarkHeader, bookmarkCookie }: RequestPart,
  bookmark: string,
): Readonly<Record<string, string>> {
  if (bookmarkHeader !== undefined) return { [bookmarkHeader]: bookmark };
  return bookmarkCookie === undefined ? {} : { cookie: `${bookmarkCookie}=${bookmark}` };
}

const positionIn = (
  { bookmarkHeader, bookmarkCookie }: RequestPart,
  response: HttpResponse,
): string | undefined =>
  bookmarkCookie === undefined
    ? response.headers[bookmarkHeader?.toLowerCase() ?? '']
    : cookiesIn(response)[bookmarkCookie];

/** What a response means, with what its headers say of a position and a version; one that the system cannot read proves nothing, and after a write leaves it open. */
export function decode(system: System, operation: Operation, response: HttpResponse): Answer {
  try {
    const json: unknown = response.body === '' ? undefined : JSON.parse(response.body);
    const answer = system.answer(response, json, operation);
    const bookmark = answer.bookmark ?? positionIn(system.request, response);
    return { ...answer, etag: answer.etag ?? response.headers.etag, bookmark };
  } catch (error) {
    const outcome = changesDocuments(operation) || response.status < 400 ? 'unknown' : 'refused';
    return { outcome, documents: [], unreadable: String(error) };
  }
}

import type { Adapter, Answer, HttpRequest, HttpResponse, Route } from './adapter.ts';
import { changesDocuments, type Operation } from './operation.ts';

/**
 * The request for an operation in the target's dialect.
 *
 * @throws Error for a kind that the target has no route for; `supports` tells before
 */
export function encode(adapter: Adapter, operation: Operation): HttpRequest {
  const route = routeOf(adapter, operation);
  if (!route) throw new Error(`${adapter.name} has no route for ${operation.kind}`);
  const fields: Readonly<Record<string, unknown>> = { ...operation };
  const path = route.path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(fields[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(route.search?.(operation) ?? {}))
    if (value !== undefined) search.append(name, String(value));
  const { ifMatch, ifNoneMatch } = fields;
  return {
    method: route.method,
    path: search.size > 0 ? `${path}?${search}` : path,
    headers: {
      ...(route.json && { 'content-type': route.contentType ?? 'application/json' }),
      ...(typeof ifMatch === 'string' && { 'if-match': ifMatch }),
      ...(typeof ifNoneMatch === 'string' && { 'if-none-match': ifNoneMatch }),
    },
    ...(route.json && { body: JSON.stringify(route.json(operation)) }),
  };
}

/** What a response means; one that the adapter cannot read proves nothing, and after a write leaves it open. */
export function decode(adapter: Adapter, operation: Operation, response: HttpResponse): Answer {
  try {
    const json: unknown = response.body === '' ? undefined : JSON.parse(response.body);
    return adapter.decode(response, json, operation);
  } catch (error) {
    const outcome = changesDocuments(operation) || response.status < 400 ? 'unknown' : 'refused';
    return { outcome, documents: [], unreadable: String(error) };
  }
}

// The route of a kind takes operations of that kind, which the compiler cannot follow through the index.
const routeOf = ({ routes }: Adapter, { kind }: Operation): Route | undefined =>
  routes[kind] as Route | undefined;

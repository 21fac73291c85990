import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answer, defineSystem, type Shown, type System } from '../../reference-worker/target/index.ts';

/** In which ways a store that keeps what it promises may differ from the reference Worker. */
export interface Manner {
  /** What a write is answered with: nothing, or the document. */
  readonly writes: 'empty' | 'document';
  /** `seconds`: the time of the write, in whole seconds, for a version and a weak ETag. */
  readonly versions: 'none' | 'seconds';
  /** What somebody else's document, or none, is answered with. */
  readonly absent: 403 | 404;
  /** Whether a list is shown in pages, the last of which may be empty. */
  readonly lists: 'whole' | 'pages';
  /** A DELETE of nothing is done, and a PATCH of nothing makes a document. */
  readonly isIdempotent: boolean;
}

interface Stored {
  readonly body: Readonly<Record<string, unknown>>;
  readonly atSeconds: number;
}

/**
 * A document store in memory that tells its accounts apart, keeps what it acknowledges, and promises nothing else: no
 * bookmarks, no If-Match, no hostnames, no problem documents; `no-store`, and nothing more, where an answer could be cached.
 */
export function plainStore(manner: Manner) {
  const accounts = new Map<string, Map<string, Stored>>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const { method = 'GET' } = request;
    const reply = (status: number, json?: unknown, headers: Record<string, string> = {}): void => {
      const isRead = method === 'GET' || method === 'HEAD';
      response.writeHead(status, {
        ...(isRead && { 'cache-control': 'no-store' }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(status === 401 && { 'www-authenticate': 'Key' }),
        ...headers,
      });
      response.end(json === undefined ? undefined : JSON.stringify(json));
    };
    const account = accountOf(request.headers['x-key']);
    if (account === undefined) return reply(401, { error: 'Who are you?' });
    const documents = accounts.get(account) ?? new Map<string, Stored>();
    accounts.set(account, documents);
    const url = URL.parse(request.url ?? '', 'http://localhost');
    const [root, resource = '', id, ...rest] = segmentsOf(url?.pathname ?? '');
    if (!url || root !== 'store' || !/^\w+$/.test(resource) || rest.length > 0)
      return reply(404, { error: 'No such page.' });
    if (id === undefined)
      return method === 'GET'
        ? reply(...list(documents, resource, url.searchParams))
        : reply(405, { error: 'No.' });
    if (!/^[\w.-]{1,200}$/.test(id)) return reply(400, { error: 'No such name.' });
    const key = `${resource}/${id}`;
    const stored = documents.get(key);
    const gone = (): void => reply(manner.absent, { error: 'Not for you, or not there.' });
    switch (method) {
      case 'GET':
      case 'HEAD':
        return stored ? reply(200, shown(id, stored), tagOf(stored)) : gone();
      case 'DELETE':
        return documents.delete(key) || manner.isIdempotent ? reply(204) : gone();
      case 'PUT':
      case 'PATCH': {
        const json = parsed(body);
        if (json === undefined) return reply(422, { error: 'Send a JSON object.' });
        if (method === 'PATCH' && !stored && !manner.isIdempotent) return gone();
        const next = method === 'PUT' ? json : { ...stored?.body, ...json };
        const made = { body: next, atSeconds: Math.floor(Date.now() / 1_000) };
        documents.set(key, made);
        return manner.writes === 'empty' ? reply(204) : reply(200, shown(id, made), tagOf(made));
      }
      default:
        return method === 'POST' ? reply(405, { error: 'No.' }) : reply(501, { error: 'No such method.' });
    }
  };

  const shown = (id: string, { body, atSeconds }: Stored) => ({
    name: id,
    content: body,
    ...(manner.versions === 'seconds' && { changedAt: atSeconds }),
  });
  const tagOf = ({ atSeconds }: Stored): Record<string, string> =>
    manner.versions === 'seconds' ? { etag: `W/"${atSeconds}"` } : {};

  function list(
    documents: ReadonlyMap<string, Stored>,
    resource: string,
    search: URLSearchParams,
  ): readonly [status: number, json: unknown] {
    const field = search.get('field');
    const all = [...documents]
      .filter(([key]) => key.startsWith(`${resource}/`))
      .filter(([, { body }]) => field === null || String(body[field]) === search.get('is'))
      .map(([key, stored]) => shown(key.slice(resource.length + 1), stored));
    if (manner.lists === 'whole') return [200, { all }];
    const [from, limit] = [Number(search.get('from') ?? 0), Number(search.get('limit') ?? 10)];
    if (!(from >= 0 && limit > 0 && limit <= 50)) return [422, { error: 'No such page.' }];
    const page = all.slice(from, from + limit);
    return [200, { all: page, next: page.length === limit ? String(from + limit) : null }];
  }

  return { answer, accounts };
}

/** What JavaScript would change is refused: numbers that it rounds, and bytes that were no UTF-8. */
const CHANGED = /[:[,]\s*-?[\d.]*(?:\d{16}|e[+-]?\d)|\ufffd/i;

/** Keys are `key-of-<account>`. */
const accountOf = (key: unknown): string | undefined =>
  typeof key === 'string' ? /^key-of-(alder|beech)$/.exec(key)?.[1] : undefined;

function segmentsOf(path: string): readonly string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return [];
  }
}

function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  if (CHANGED.test(body)) return undefined;
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

/** The dialect of the store. It is one process with one memory, so that sessions are kept; nothing else is promised. */
export function plainAdapter(manner: Manner): System {
  const path = '/store/:resource/:id';
  const json = ({ body }: { readonly body: unknown }): unknown => body;
  return defineSystem({
    name: 'plain',
    request: { identify: (token) => ({ 'x-key': token }) },
    resources: {
      clients: { indexed: ['surname', 'postcode', 'groupId'] },
      finances: {
        indexed: ['clientId', 'reviewOn'],
        parent: { resource: 'clients', field: 'clientId' },
      },
      notes: { indexed: ['clientId', 'authorId'], parent: { resource: 'clients', field: 'clientId' } },
      users: { indexed: ['email', 'surname', 'groupId'] },
      groups: { indexed: ['name'] },
    },
    promises: ['sessions'],
    routes: {
      read: { method: 'GET', path },
      put: { method: 'PUT', path, json },
      patch: { method: 'PATCH', path, json },
      delete: { method: 'DELETE', path },
      list: {
        method: 'GET',
        path: '/store/:resource',
        search: ({ filter, limit, cursor }) => ({
          ...(filter && { field: filter.field, is: 'is' in filter ? filter.is : filter.prefix }),
          ...(manner.lists === 'pages' && { limit, from: cursor }),
        }),
      },
    },
    answer: ({ status, headers }, reply, operation): Answer => {
      const isOk = status < 400;
      const isGone = status === manner.absent && operation.kind !== 'list';
      const documents = isOk ? documentsOf(reply) : [];
      return {
        outcome: isOk ? 'ok' : isGone ? 'absent' : status < 500 ? 'refused' : 'unknown',
        documents,
        cursor:
          isRecord(reply) && (typeof reply.next === 'string' || reply.next === null) ? reply.next : undefined,
        etag: headers.etag,
      };
    },
  });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function documentsOf(reply: unknown): readonly Shown[] {
  const items = isRecord(reply) && Array.isArray(reply.all) ? reply.all : [reply];
  return items.filter(isRecord).map(({ name, content, changedAt }) => ({
    id: String(name),
    ...(typeof changedAt === 'number' && { version: changedAt }),
    ...(isRecord(content) && { body: content }),
  }));
}

import { join } from 'node:path';
import { sign } from 'hono/jwt';
import {
  type Answer,
  bearer,
  changesDocuments,
  cookie,
  defineSystem,
  type Operation,
  type PromiseName,
  type ResourceInput,
  rest,
  type Shown,
  type System,
} from '../../../reference-worker/target/index.ts';
import { WORDS } from './documents.ts';
import { SCHEMA } from './statements.ts';
import type { Switches } from './switches.ts';

const SECRET = 'secret-of-the-drawn-worker';

/** What the Worker with these switches keeps, and nothing else. */
function promisesOf(switches: Switches): readonly PromiseName[] {
  const kept: Partial<Record<PromiseName, boolean>> = {
    sessions: switches.position !== 'nearest',
    versions: switches.versions === 'counted',
    'tenant-hosts': switches.hosts === 'tenant',
    'unique-ids': switches.ids === 'client',
    'http-semantics': switches.statuses === 'exact',
    preconditions: switches.conditions === 'honoured',
    'merge-patch': switches.patches !== 'none',
    'atomic-batches': switches.batches === 'whole',
    'stable-pages': switches.lists === 'pages' || switches.lists === 'fixed',
    'sealed-cursors':
      switches.cursors === 'sealed' && (switches.lists === 'pages' || switches.lists === 'fixed'),
    'sorted-lists': switches.orders === 'sorted' && switches.lists !== 'none',
    'strict-queries': switches.errors === 'problems' && switches.lists !== 'none',
    'never-stored': switches.keeping === 'never',
    'problem-documents': switches.errors === 'problems',
  };
  const isPromise = (name: string): name is PromiseName => Object.hasOwn(kept, name);
  return Object.keys(kept)
    .filter(isPromise)
    .filter((name) => kept[name]);
}

/** Describes the Worker with these switches, as whoever wrote it would. */
export function drawnSystem(switches: Switches): System {
  const pages = switches.lists === 'pages' || switches.lists === 'fixed';
  const usual = rest({
    path: '/api/:resource',
    without: [
      ...(switches.puts === 'none' ? (['put'] as const) : []),
      ...(switches.patches === 'none' ? (['patch'] as const) : []),
      ...(switches.deletes === 'none' ? (['delete'] as const) : []),
      ...(switches.lists === 'none' ? (['list'] as const) : []),
    ],
    items: 'items',
    ...(pages && { page: { next: 'next', parameter: 'after' } }),
  });
  const paged = ({ limit, cursor }: { readonly limit?: number; readonly cursor?: string }) => ({
    ...(switches.lists === 'pages' && { limit }),
    ...(pages && { after: cursor }),
  });
  return defineSystem({
    name: 'drawn',
    worker: {
      entry: join(import.meta.dirname, 'drawn-worker.ts'),
      databases: { DB: SCHEMA },
      ...(switches.tokens === 'kv' && { namespaces: ['SESSIONS'] }),
      vars: { SECRET, SWITCHES: JSON.stringify(switches) },
    },
    accounts: {
      async open(account, { kv }) {
        const token = await sign({ account }, SECRET, 'HS256');
        if (switches.tokens === 'kv') await kv('SESSIONS', token, account);
        return token;
      },
    },
    request: {
      identify: { bearer, cookie: cookie('pass'), header: (token: string) => ({ 'x-key': token }) }[
        switches.credentials
      ],
      ...(switches.position === 'header' && { bookmarkHeader: 'x-position' }),
      ...(switches.position === 'cookie' && { bookmarkCookie: 'position' }),
      ...(switches.conditions === 'honoured' &&
        switches.tags !== 'none' &&
        switches.versions === 'counted' && {
          etagOf: (version: number) => `${switches.tags === 'weak' ? 'W/' : ''}"v${version}"`,
        }),
    },
    resources: resourcesOf(switches),
    routes: {
      ...usual.routes,
      ...(usual.routes.list && {
        list: {
          ...usual.routes.list,
          search: ({ filter, sort, ...asked }) => ({
            ...(filter && {
              [`${filter.field}${'prefix' in filter && switches.searches === 'prefix' ? '.prefix' : ''}`]:
                'is' in filter ? filter.is : filter.prefix,
            }),
            ...(switches.orders === 'sorted' && { sort }),
            ...paged(asked),
          }),
        },
      }),
      ...(switches.ids === 'client' && {
        create: { method: 'POST', path: '/api/:resource', json: ({ id, body }) => ({ id, ...body }) },
      }),
      ...(switches.joins !== 'none' && {
        join: { method: 'GET', path: '/api/:resource/:id/:child', search: paged },
      }),
      ...(switches.batches !== 'none' && {
        batch: { method: 'POST', path: '/api/batch', json: ({ writes }) => ({ writes }) },
      }),
    },
    answer(response, json, operation) {
      if (response.status >= 400) return usual.answer(response, json, operation);
      if (json === null) return { outcome: 'absent', documents: [] };
      if (operation.kind === 'batch') return batchAnswer(json);
      const listed = operation.kind === 'join' ? ({ ...operation, kind: 'list' } as const) : operation;
      const answer = usual.answer(response, json, listed);
      return { ...answer, documents: answer.documents.map((each) => versioned(each, switches, operation)) };
    },
    promises: promisesOf(switches),
  });
}

function resourcesOf({ ids, field, children }: Switches): Readonly<Record<string, ResourceInput>> {
  const stateOf = {
    text: (word: string) => word,
    word: () => WORDS[0],
    address: (word: string) => `${word}@post.test`,
  };
  const kept = { patch: false, delete: false } as const;
  return {
    parcels: {
      ids,
      indexed: ['state', 'code'],
      document: (word) => ({ state: stateOf[field](word), code: word, text: word }),
    },
    labels: {
      ids,
      indexed: ['parcelId', 'name'],
      parent: { resource: 'parcels', field: 'parcelId', joined: true },
      document: (word) => ({ parcelId: word, name: word, text: word }),
      ...(children === 'kept' && { routes: kept }),
    },
  };
}

/** The version is no member of the content; and what names nothing else has none. */
function versioned({ id, body }: Shown, { versions, told, listed }: Switches, operation: Operation): Shown {
  const { version, ...content } = body ?? {};
  const isWhole = changesDocuments(operation)
    ? told === 'document'
    : operation.kind === 'read' || listed === 'whole';
  return {
    id,
    ...(versions !== 'none' && typeof version === 'number' && { version }),
    ...(isWhole && { body: content }),
  };
}

/** Some of the writes may have been done. */
function batchAnswer(json: unknown): Answer {
  const results: readonly Readonly<Record<string, unknown>>[] =
    typeof json === 'object' && json !== null && 'results' in json && Array.isArray(json.results)
      ? json.results
      : [];
  const documents = results.map(({ id, version }) => ({
    id: String(id),
    ...(typeof version === 'number' && { version }),
  }));
  return { outcome: results.some(({ error }) => error !== undefined) ? 'unknown' : 'ok', documents };
}

import type {
  D1Database,
  D1DatabaseSession,
  D1PreparedStatement,
  KVNamespace,
} from '@cloudflare/workers-types';

/** What one request cost, in the units that Cloudflare bills. */
export interface Spent {
  /** By the name of the D1 binding. */
  readonly rows: Record<string, { read: number; written: number }>;
  readonly kv: { reads: number; writes: number; deletes: number };
}

/** The response header that carries it, as JSON. */
export const SPENT_HEADER = 'x-spent';

interface Worker {
  fetch(request: Request, env: unknown, context: unknown): Response | Promise<Response>;
}

interface Meta {
  readonly rows_read: number;
  readonly rows_written: number;
}

/**
 * Puts a meter between a Worker and its bindings: the Worker and workerd's D1 stay as they are, and each response
 * tells in a header what the request cost. It knows the calls that the reference Worker makes, and fails on others.
 *
 * Runs inside workerd.
 */
export function metered(worker: Worker): Worker {
  return {
    async fetch(request, env, _context) {
      const spent: Spent = { rows: {}, kv: { reads: 0, writes: 0, deletes: 0 } };
      const later: Promise<unknown>[] = [];
      const context = { waitUntil: (work: Promise<unknown>) => void later.push(work) };
      const answer = await worker.fetch(request, meteredBindings(env, spent), context);
      // The cache is filled and emptied after the response: that costs, too.
      await Promise.all(later);
      const response = new Response(answer.body, answer);
      response.headers.set(SPENT_HEADER, JSON.stringify(spent));
      return response;
    },
  };
}

function meteredBindings(env: unknown, spent: Spent): object {
  const bindings = Object.entries(env as Record<string, D1Database | KVNamespace | string>); // as the caller binds them
  return Object.fromEntries(
    bindings.map(([name, binding]) => {
      if (typeof binding === 'string') return [name, binding];
      return [
        name,
        'withSession' in binding ? meteredDatabase(binding, name, spent) : meteredNamespace(binding, spent),
      ];
    }),
  );
}

function meteredDatabase(database: D1Database, name: string, { rows }: Spent) {
  const spend = ({ rows_read, rows_written }: Meta): void => {
    const { read = 0, written = 0 } = rows[name] ?? {};
    rows[name] = { read: read + rows_read, written: written + rows_written };
  };
  return {
    withSession: (start: string) => meteredSession(database.withSession(start), spend),
  };
}

function meteredSession(session: D1DatabaseSession, spend: (meta: Meta) => void) {
  const meteredStatement = (statement: D1PreparedStatement) => {
    const all = async () => {
      const result = await statement.all();
      spend(result.meta);
      return result;
    };
    return {
      statement,
      all,
      // D1's own `first` drops what the statement cost.
      first: async () => (await all()).results[0] ?? null,
      bind: (...values: unknown[]) => meteredStatement(statement.bind(...values)),
    };
  };
  return {
    getBookmark: () => session.getBookmark(),
    prepare: (sql: string) => meteredStatement(session.prepare(sql)),
    batch: async (statements: readonly { readonly statement: D1PreparedStatement }[]) => {
      const results = await session.batch(statements.map(({ statement }) => statement));
      for (const { meta } of results) spend(meta);
      return results;
    },
  };
}

function meteredNamespace(namespace: KVNamespace, { kv }: Spent) {
  return {
    getWithMetadata: (...[key, options]: Parameters<KVNamespace['getWithMetadata']>) => {
      kv.reads += 1;
      return namespace.getWithMetadata(key, options);
    },
    put: (...args: Parameters<KVNamespace['put']>) => {
      kv.writes += 1;
      return namespace.put(...args);
    },
    delete: (...args: Parameters<KVNamespace['delete']>) => {
      kv.deletes += 1;
      return namespace.delete(...args);
    },
  };
}

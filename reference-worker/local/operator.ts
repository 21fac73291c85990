import { z } from 'zod';
import { EXPORT_PATH, type Exported } from './d1/index.ts';
import { PlatformError } from './errors.ts';
import { type PlatformControl, whileSteppingFor } from './platform-control.ts';
import type { Pop } from './pops.ts';
import type { Server } from './server.ts';

/** What whoever runs the Worker can do past it: `wrangler d1 execute` and `wrangler kv key`, on the local platform. */
export interface Operator {
  /**
   * Runs one statement on the primary of a database.
   *
   * @returns its rows
   * @throws PlatformError `bad_command` with SQLite's own words
   */
  query(database: string, sql: string, params?: readonly Value[]): Promise<readonly Row[]>;
  /**
   * Runs statements on the primary of a database as one request and one transaction: all of them, or none.
   *
   * @returns what each of them did
   * @throws PlatformError `bad_command` with D1's own words, after which nothing of it has happened; fetch's error where no
   *   answer came, after which all or nothing of it has
   */
  batch(database: string, statements: readonly OperatorStatement[]): Promise<readonly StatementResult[]>;
  /**
   * Writes a database as SQL, as `wrangler d1 export` does. Like D1 it answers no other request meanwhile.
   *
   * @param to the path of the file
   * @throws PlatformError `bad_command` where D1 would refuse it
   */
  export(database: string, to: string): Promise<Exported>;
  /** @returns every key that a list shows in that PoP */
  keys(namespace: string, pop?: Pop): Promise<readonly string[]>;
  /** @returns undefined when the key is not there */
  get(namespace: string, key: string, pop?: Pop): Promise<KvEntry | undefined>;
  put(namespace: string, key: string, entry: KvEntry, pop?: Pop): Promise<void>;
  delete(namespace: string, key: string, pop?: Pop): Promise<void>;
}

export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

export interface OperatorStatement {
  readonly sql: string;
  readonly params?: readonly Value[];
}

/** What a statement did. */
export interface StatementResult {
  readonly rows: readonly Row[];
  /** How long it occupied the database, in milliseconds. */
  readonly durationMs: number;
  /** Rows that were inserted, updated or deleted; those of indexes are not counted. */
  readonly changes: number;
}

export interface KvEntry {
  readonly value: Buffer;
  /** As the Worker wrote it: JSON. */
  readonly metadata?: string | undefined;
}

const METADATA_HEADER = 'cf-kv-metadata';

const Reply = z.union([
  z.object({ success: z.literal(false), error: z.string() }),
  z.array(
    z.object({
      results: z.array(z.record(z.string(), z.unknown())),
      meta: z.object({ duration: z.number(), changes: z.number() }),
    }),
  ),
]);
const ExportReply = z.union([
  z.object({ success: z.literal(false), error: z.string() }),
  z.object({
    bytes: z.int(),
    sha256: z.string(),
    rows: z.record(z.string(), z.int()),
    longestStatementBytes: z.int(),
    elapsedMs: z.number(),
  }),
]);
const Keys = z.object({
  keys: z.array(z.object({ name: z.string() })),
  list_complete: z.boolean(),
  cursor: z.string().optional(),
});

/**
 * Runs statements by the protocol of workerd's own D1 client.
 *
 * @param send to the socket of the database
 * @throws as the operator's `batch` does
 */
export async function batchBy(
  send: (path: string, init: RequestInit) => Promise<Response>,
  database: string,
  statements: readonly OperatorStatement[],
): Promise<StatementResult[]> {
  const body = JSON.stringify(statements.map(({ sql, params = [] }) => ({ sql, params })));
  const response = await send('/query?resultsFormat=ARRAY_OF_OBJECTS', { method: 'POST', body });
  const reply = Reply.parse(JSON.parse(await response.text()));
  if ('error' in reply) throw new PlatformError('bad_command', `D1 ${database}: ${reply.error}`);
  return reply.map(({ results, meta }) => ({
    rows: results,
    durationMs: meta.duration,
    changes: meta.changes,
  }));
}

/**
 * Speaks to the data plane in the words of workerd's own D1 and KV clients.
 *
 * @param control that of a virtual clock: what the operator asks takes its time there too, and nobody else would step it
 */
export function operatorOf(dataPlane: Server, control?: PlatformControl): Operator {
  const ask = (socket: string, path: string, init: RequestInit, pop: Pop): Promise<Response> => {
    const start = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${dataPlane.portOf(socket)}${path}`, {
        ...init,
        headers: { ...init.headers, 'x-pop': pop },
      });
    return control ? whileSteppingFor(control, start) : start();
  };
  const batch: Operator['batch'] = (database, statements) =>
    batchBy((path, init) => ask(`d1/${database}`, path, init, 'LHR'), database, statements);
  const askKv = async (namespace: string, path: string, init: RequestInit, pop: Pop): Promise<Response> => {
    const response = await ask(`kv/${namespace}`, path, init, pop);
    if (response.ok || response.status === 404) return response;
    throw new PlatformError('bad_command', `KV ${namespace}: ${await response.text()}`);
  };
  const at = (key: string): string => `/${encodeURIComponent(key)}`;
  return {
    async query(database, sql, params = []) {
      const [result] = await batch(database, [{ sql, params }]);
      return result?.rows ?? [];
    },
    batch,
    async export(database, to) {
      const response = await ask(
        `d1/${database}`,
        EXPORT_PATH,
        { method: 'POST', body: JSON.stringify({ to }) },
        'LHR',
      );
      const reply = ExportReply.parse(await response.json());
      if ('error' in reply) throw new PlatformError('bad_command', `D1 ${database}: ${reply.error}`);
      return reply;
    },
    async keys(namespace, pop = 'LHR') {
      const names: string[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const search: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const page = Keys.parse(await (await askKv(namespace, `/${search}`, {}, pop)).json());
        names.push(...page.keys.map(({ name }) => name));
        cursor = page.list_complete ? undefined : page.cursor;
      }
      return names;
    },
    async get(namespace, key, pop = 'LHR') {
      const response = await askKv(namespace, at(key), {}, pop);
      const value = Buffer.from(await response.arrayBuffer());
      if (response.status === 404) return undefined;
      return { value, metadata: response.headers.get(METADATA_HEADER) ?? undefined };
    },
    async put(namespace, key, { value, metadata }, pop = 'LHR') {
      const headers = metadata === undefined ? {} : { [METADATA_HEADER]: metadata };
      await askKv(namespace, at(key), { method: 'PUT', body: new Uint8Array(value), headers }, pop);
    },
    async delete(namespace, key, pop = 'LHR') {
      await askKv(namespace, at(key), { method: 'DELETE' }, pop);
    },
  };
}

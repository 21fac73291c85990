import type { CountedRequest, RequestCount, StatementCount, WireValue } from '../d1/index.ts';

interface Cursor {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  raw(): Iterable<unknown[]>;
}

/** The part of a Durable Object's storage that is used. */
interface ObjectStorage {
  readonly sql: { exec(sql: string, ...params: unknown[]): Cursor };
  transactionSync<Result>(work: () => Result): Result;
}

/**
 * A Durable Object whose storage is the file of a D1 database: workerd's SQLite counts the rows that a statement reads and
 * writes, which is what D1 bills and what no other SQLite tells.
 *
 * Runs inside workerd.
 */
export class CountedDatabase {
  readonly #storage: ObjectStorage;

  constructor({ storage }: { readonly storage: ObjectStorage }) {
    this.#storage = storage;
  }

  /** `POST` with a list of `CountedRequest`; answers with a `RequestCount` for each. */
  async fetch(request: Request): Promise<Response> {
    const requests: readonly CountedRequest[] = JSON.parse(await request.text());
    return Response.json(requests.map((each) => this.#count(each)));
  }

  #count({ readOnly, statements }: CountedRequest): RequestCount {
    const counts: StatementCount[] = [];
    try {
      const run = (): void => void counts.push(...statements.map((each) => this.#run(each)));
      if (readOnly) run();
      else
        this.#storage.transactionSync(() => {
          run();
          // Nothing of it may stay: the database is that of the Worker.
          throw new Error('rolled back');
        });
    } catch (error) {
      if (counts.length < statements.length)
        return { error: error instanceof Error ? error.message : String(error) };
    }
    return { counts };
  }

  #run({ sql, params }: CountedRequest['statements'][number]): StatementCount {
    const cursor = this.#storage.sql.exec(sql, ...params.map(bindable));
    const isExplained = /^\s*EXPLAIN\b/i.test(sql);
    const rows: unknown[][] = [];
    let rowsReturned = 0;
    for (const row of cursor.raw()) {
      rowsReturned += 1;
      if (isExplained) rows.push(row);
    }
    const { rowsRead, rowsWritten } = cursor;
    return { rowsRead, rowsWritten, rowsReturned, ...(isExplained && { rows }) };
  }
}

const bindable = (value: WireValue): unknown =>
  Array.isArray(value) ? Uint8Array.from(value).buffer : value;

interface Env {
  readonly ROWS: {
    idFromName(name: string): { toString(): string };
    get(id: object): { fetch(request: Request): Promise<Response> };
  };
}

/** `POST /<database>` counts; `GET` tells the name under which workerd looks for the file of that database. */
export default {
  fetch(request: Request, { ROWS }: Env): Promise<Response> | Response {
    const id = ROWS.idFromName(new URL(request.url).pathname);
    return request.method === 'GET' ? new Response(id.toString()) : ROWS.get(id).fetch(request);
  },
};

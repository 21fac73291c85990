import type { Clock } from '../clock/index.ts';
import { Connection } from './connection.ts';

/** Of each connection. The system caches the file once for all; SQLite's default of 2 MB each would add up. */
const CACHE_KIB = 64;

/**
 * Connections that each hold a read transaction open: a true, consistent, older state of the same file, which costs
 * no copy (sqlite.org/isolation.html). A connection that is given back is used again, with its prepared statements.
 */
export class Snapshots {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #free: Connection[] = [];
  readonly #schemaOf = new Map<Connection, number>();

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /**
   * Holds what is committed now.
   *
   * @param schema counts the changes of the schema: statements prepared under another are dropped
   */
  hold(schema: number): Connection {
    const connection = this.#free.pop() ?? this.#open();
    if (this.#schemaOf.get(connection) !== schema) connection.forget();
    this.#schemaOf.set(connection, schema);
    connection.control('BEGIN');
    // BEGIN alone holds nothing. The first read does, and this is one.
    connection.measure();
    return connection;
  }

  release(connection: Connection): void {
    // SQLite may have ended the transaction itself after an error.
    if (connection.isTransaction) connection.control('COMMIT');
    this.#free.push(connection);
  }

  close(): void {
    for (const connection of this.#schemaOf.keys()) connection.close();
  }

  #open(): Connection {
    const connection = new Connection(this.#file, { readOnly: true, clock: this.#clock });
    connection.control(`PRAGMA cache_size = -${CACHE_KIB}`);
    return connection;
  }
}

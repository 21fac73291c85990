import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/**
 * The position of a database, in D1's documented shape (hex 8-8-8-32, fixed width, lower case, so that
 * byte order and the client's localeCompare agree).
 *
 * The first group counts how often the database has been opened, the second the committed changes since.
 * The first lives in the file (user_version, which D1 does not let a statement set), so bookmarks go on
 * rising after a restart, whatever the clock does, and a write pays nothing for it. The last group names
 * the database and never decides the order.
 */
export class Bookmark {
  readonly #incarnation: number;
  readonly #tail: string;
  #commits = 0;

  /** @throws the SQLite error when the file cannot be written */
  constructor(database: DatabaseSync, databaseId: string) {
    const [opened] = Object.values(database.prepare('PRAGMA user_version').get() ?? {});
    this.#incarnation = Number(opened) + 1;
    database.exec(`PRAGMA user_version = ${this.#incarnation}`);
    this.#tail = createHash('sha256').update(databaseId).digest('hex').slice(0, 32);
  }

  advance(): void {
    this.#commits += 1;
  }

  toString(): string {
    return `${hex(this.#incarnation)}-${hex(this.#commits)}-00000000-${this.#tail}`;
  }
}

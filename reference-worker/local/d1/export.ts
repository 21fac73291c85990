import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** What an export came to. */
export interface Exported {
  readonly bytes: number;
  readonly sha256: string;
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
  /** D1 takes 100,000 bytes (developers.cloudflare.com/d1/platform/limits), also when a file is executed. */
  readonly longestStatementBytes: number;
  readonly elapsedMs: number;
}

/** What is refused: `wrangler d1 export` has no form for them (developers.cloudflare.com/d1/best-practices/import-export-data). */
export class VirtualTables extends Error {}

const CHUNK_CHARACTERS = 1 << 20;
const quoted = (name: unknown): string => `"${String(name).replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** SQLite's own tables, and those of D1. */
const OWN = /^(sqlite_|_cf_)/i;

/**
 * Writes a database as SQL, as `wrangler d1 export` does: tables and their rows, then indexes, triggers and views. One read
 * transaction: one state. It returns when it is done, so that whoever shares the thread waits, as on D1, which answers no other request
 * while it makes an export (developers.cloudflare.com/d1/best-practices/import-export-data).
 *
 * @param file of the database @param to the path of the SQL file
 * @throws VirtualTables; SQLite's error; the system's
 */
export function exportSql(file: string, to: string): Exported {
  const startedAtMs = performance.now();
  const database = new DatabaseSync(file, { readOnly: true });
  const out = new SqlFile(to);
  try {
    database.exec('BEGIN');
    const all = database
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'table' DESC, rowid",
      )
      .all()
      .filter(({ name }) => !OWN.test(String(name)));
    const virtual = all.filter(({ sql }) => /^CREATE\s+VIRTUAL/i.test(String(sql))).map(({ name }) => name);
    if (virtual.length > 0)
      throw new VirtualTables(
        `D1 exports no database with virtual tables, and this one has ${virtual.join(', ')}.`,
      );
    out.add('PRAGMA defer_foreign_keys=TRUE;');
    const rows: Record<string, number> = {};
    for (const { type, name, sql } of all) {
      out.add(`${sql};`);
      if (type === 'table') rows[String(name)] = writeRows(database, String(name), out);
    }
    const { bytes, sha256, longestStatementBytes } = out.end();
    return { bytes, sha256, rows, longestStatementBytes, elapsedMs: performance.now() - startedAtMs };
  } finally {
    out.close();
    database.close();
  }
}

/** @returns how many there are */
function writeRows(database: DatabaseSync, table: string, out: SqlFile): number {
  const columns = database
    .prepare(`PRAGMA table_xinfo(${quoted(table)})`)
    .all()
    .filter(({ hidden }) => hidden === 0)
    .map(({ name }) => quoted(name));
  const head = literal(`INSERT INTO ${quoted(table)} (${columns.join(',')}) VALUES(`);
  const values = columns.map((column) => `quote(${column})`).join(` || ',' || `);
  let count = 0;
  for (const { line } of database
    .prepare(`SELECT ${head} || ${values} || ');' AS line FROM ${quoted(table)}`)
    .iterate()) {
    out.add(String(line));
    count += 1;
  }
  return count;
}

class SqlFile {
  readonly #file: number;
  readonly #sum = createHash('sha256');
  #pending: string[] = [];
  #characters = 0;
  #bytes = 0;
  #longest = 0;
  #isOpen = true;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  add(statement: string): void {
    this.#pending.push(statement, '\n');
    this.#characters += statement.length;
    // A character has at least one byte: only a long text is worth counting.
    if (statement.length * 3 > this.#longest)
      this.#longest = Math.max(this.#longest, Buffer.byteLength(statement));
    if (this.#characters >= CHUNK_CHARACTERS) this.#flush();
  }

  end() {
    this.#flush();
    return { bytes: this.#bytes, sha256: this.#sum.digest('hex'), longestStatementBytes: this.#longest };
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #flush(): void {
    const chunk = Buffer.from(this.#pending.join(''));
    for (let written = 0; written < chunk.length; ) written += writeSync(this.#file, chunk, written);
    this.#sum.update(chunk);
    this.#bytes += chunk.length;
    this.#pending = [];
    this.#characters = 0;
  }
}

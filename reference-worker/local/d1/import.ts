import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const READ_BYTES = 1 << 20;

/**
 * Executes a file of SQL on a new database, as `wrangler d1 execute --file` does.
 *
 * @param file as `exportSql` and `wrangler d1 export` write it @param to the path of the database
 * @param onProgress told of the share of the file that is done, from 0 to 1
 * @throws SQLite's error
 */
export function importSql(file: string, to: string, onProgress: (share: number) => void): void {
  const database = new DatabaseSync(to);
  try {
    // Nobody reads it before it is whole; one that was not finished is thrown away.
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
    for (const { text, share } of statementsIn(file)) {
      database.exec(text);
      onProgress(share);
    }
    database.exec('COMMIT; PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
}

/** A file of SQL in pieces of about a megabyte, each of whole statements, which end with a semicolon at the end of a line. */
export function* statementsIn(file: string): Generator<{ readonly text: string; readonly share: number }> {
  const input = openSync(file, 'r');
  const { size } = fstatSync(input);
  try {
    const ends = new StatementEnds();
    const block = Buffer.alloc(READ_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    let done = 0;
    for (let read = readSync(input, block); read > 0; read = readSync(input, block)) {
      const text = Buffer.concat([rest, block.subarray(0, read)]);
      const end = ends.lastIn(text, rest.length);
      done += read;
      if (end > 0) yield { text: text.toString('utf8', 0, end), share: done / size };
      rest = text.subarray(end);
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), share: 1 };
  } finally {
    closeSync(input);
  }
}

const [NEWLINE, SEMICOLON, DASH, SLASH, STAR] = [10, 59, 45, 47, 42];
/** What opens a quotation, and what closes it. */
const CLOSING = new Map([
  [39, 39],
  [34, 34],
  [96, 96],
  [91, 93],
]);

const isTrigger = (text: Buffer, at: number): boolean =>
  /^CREATE\s+TRIGGER/i.test(text.toString('latin1', at, at + 20));

/** Where statements end: behind a semicolon at the end of a line that is in no quotation and in no comment. */
class StatementEnds {
  /** The byte that ends the quotation or comment that the text is in; 0: in none. */
  #until = 0;
  /** From the first trigger on, whose body has semicolons too, everything is one text. */
  #isTail = false;

  /** @param from up to where the text was looked at before @returns behind the last statement, or 0 */
  lastIn(text: Buffer, from: number): number {
    let end = 0;
    // The text begins with a statement, whatever was cut off before it.
    this.#isTail ||= isTrigger(text, 0);
    for (let at = from; at < text.length && !this.#isTail; at += 1) {
      const byte = text[at] ?? 0;
      if (this.#until !== 0) {
        // Of a comment between /* and */ the slash ends it.
        if (byte === this.#until && (byte !== SLASH || text[at - 1] === STAR)) this.#until = 0;
      } else if (byte === NEWLINE && text[at - 1] === SEMICOLON) {
        end = at + 1;
        this.#isTail = isTrigger(text, end);
      } else if (byte === DASH && text[at - 1] === DASH) this.#until = NEWLINE;
      else if (byte === STAR && text[at - 1] === SLASH) this.#until = SLASH;
      else this.#until = CLOSING.get(byte) ?? 0;
    }
    return end;
  }
}

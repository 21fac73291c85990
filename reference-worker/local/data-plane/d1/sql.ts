/** One statement of a string, with the number of parameters it must be given. */
export interface SqlStatement {
  readonly text: string;
  readonly parameterCount: number;
  /** Told by its words, as D1 does: such a statement may run on a replica, and may be tried again. */
  readonly readOnly: boolean;
}

/** "Only SELECT, EXPLAIN, WITH" (developers.cloudflare.com/d1/best-practices/retry-queries). */
const READ_WORDS = new Set(['SELECT', 'EXPLAIN', 'WITH']);
/** What makes a WITH a write. They are reserved words: no name is spelled so without quotes. */
const WRITE_WORDS = new Set(['INSERT', 'INTO', 'UPDATE', 'DELETE']);

/** Strings, quoted names and comments (so that nothing inside them counts), parameters, words and `;`. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\?\d*|[:@$]\w+|\w+|;/g;
const COMMENT = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
const CREATE_TRIGGER = /^\s*create\s+(?:temp\s+|temporary\s+)?trigger\b/i;

/**
 * Splits a string into its statements, because node:sqlite runs the first and drops the rest in silence, and
 * counts parameters, because node:sqlite binds NULL where one is missing; D1 does neither. A `;` inside a
 * trigger ends the statement only after `; END` (the rule of sqlite3_complete, sqlite.org/c3ref/complete.html).
 */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start = 0;
  let parameters = new ParameterCounter();
  let readOnly: boolean | undefined;
  let before = '';
  let last = '';
  const finish = (end: number): void => {
    const text = sql.slice(start, end);
    if (text.replace(COMMENT, '').trim())
      statements.push({ text, parameterCount: parameters.highest, readOnly: readOnly ?? false });
    start = end + 1;
    parameters = new ParameterCounter();
    readOnly = undefined;
  };
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token.startsWith('--') || token.startsWith('/*')) continue;
    if (/^[?:@$]/.test(token)) parameters.see(token);
    const word = token.toUpperCase();
    readOnly = readOnly === undefined ? READ_WORDS.has(word) : readOnly && !WRITE_WORDS.has(word);
    if (token === ';') {
      const inTrigger = CREATE_TRIGGER.test(sql.slice(start, index).replace(COMMENT, ''));
      if (!inTrigger || (before === ';' && last === 'END')) finish(index);
    }
    before = last;
    last = word;
  }
  finish(sql.length);
  return statements;
}

/** SQLite's numbering: `?` takes the next index, `?N` is index N, a name keeps the index it first got. */
class ParameterCounter {
  highest = 0;
  readonly #names = new Set<string>();

  see(token: string): void {
    const index = token.startsWith('?') ? Number(token.slice(1)) : 0;
    if (index > 0) this.highest = Math.max(this.highest, index);
    else if (token === '?' || !this.#names.has(token)) this.highest += 1;
    this.#names.add(token);
  }
}

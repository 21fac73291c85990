/** One statement of a string, as SQLite would cut it out. */
export interface SqlStatement {
  /** With the `;` that ends it: it is a part of what is wrong with a statement that is not complete. */
  readonly text: string;
  /** The name of each parameter, in SQLite's order; one without a name, or with a number, has none. */
  readonly parameters: readonly (string | undefined)[];
  /** Told by its words, as D1 does: such a statement may run on a replica, and may be tried again. */
  readonly readOnly: boolean;
  /** Nothing but comments, or the nothing after a `;`: D1 has an error for it. */
  readonly isEmpty: boolean;
  /** What `ALTER TABLE ... RENAME TO` would call the table, of which SQLite's authorizer is not told. */
  readonly newTableName: string | undefined;
}

/** "Only SELECT, EXPLAIN, WITH" (developers.cloudflare.com/d1/best-practices/retry-queries). */
const READ_WORDS = new Set(['SELECT', 'EXPLAIN', 'WITH']);
/** What makes a WITH a write. They are reserved words: no name is spelled so without quotes. */
const WRITE_WORDS = new Set(['INSERT', 'INTO', 'UPDATE', 'DELETE']);

/** SQLite's own tokens, `$` and everything beyond ASCII being characters of a name (sqlite.org/src, tokenize.c). */
const ID = '[\\w$\\u0080-\\u{10ffff}]';
const TOKEN = new RegExp(
  [
    '(?<space>[\\t\\n\\f\\r \\ufeff][\\t-\\r ]*|--[^\\n]*|/\\*(?=[^])[^]*?(?:\\*/|$))',
    "'(?:[^']|'')*(?:'|$)",
    '"(?:[^"]|"")*(?:"|$)',
    '`(?:[^`]|``)*(?:`|$)',
    '\\[[^\\]]*(?:\\]|$)',
    `(?<parameter>\\?\\d*|[:@$#](?:::)*${ID}(?:${ID}|::)*(?:\\([^\\s)]*\\)?)?)`,
    `${ID}+`,
    '[^]',
  ].join('|'),
  'gu',
);
/** What may stand between two statements without being one: SQLite's white space and no comment. */
const BETWEEN = /^[\t-\r ]*/;

/**
 * Splits a string into its statements, because node:sqlite runs the first and drops the rest in silence, and finds
 * their parameters, because node:sqlite binds NULL where one is missing and none that has a name; D1 does neither.
 * A `;` inside a trigger ends the statement only after `; END` (the rule of sqlite3_complete,
 * sqlite.org/c3ref/complete.html).
 *
 * @returns at least one statement; the last is empty where the text after the last `;` has none
 */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  // SQLite reads to the first NUL and no further, and finds no statement there.
  const [code = '', ...cutOff] = sql.split('\0', 2);
  let start = 0;
  let words: string[] = [];
  let parameters = new ParameterList();
  const finish = (end: number): void => {
    statements.push(statementOf(code.slice(start, end), words, parameters.names));
    start = end + (BETWEEN.exec(code.slice(end))?.[0].length ?? 0);
    words = [];
    parameters = new ParameterList();
  };
  for (const { 0: token, index, groups } of code.matchAll(TOKEN)) {
    if (groups?.space !== undefined) continue;
    if (groups?.parameter !== undefined) parameters.see(token);
    if (token !== ';') words.push(token);
    else if (isTriggerOpen(words)) words.push(token);
    else if (words.length > 0) finish(index + 1);
  }
  if (words.length > 0) finish(code.length);
  if (start < code.length || cutOff.length > 0 || statements.length === 0)
    statements.push(statementOf(code.slice(start), [], []));
  return statements;
}

function statementOf(
  text: string,
  tokens: readonly string[],
  parameters: readonly (string | undefined)[],
): SqlStatement {
  const [first = '', ...others] = tokens.map((token) => token.toUpperCase());
  return {
    text,
    parameters,
    readOnly: READ_WORDS.has(first) && !others.some((word) => WRITE_WORDS.has(word)),
    isEmpty: tokens.length === 0,
    newTableName: newTableNameOf(tokens),
  };
}

const withoutExplain = (tokens: readonly string[]): readonly string[] =>
  tokens.slice(/^explain( query plan)?/i.exec(tokens.slice(0, 3).join(' '))?.[0].split(' ').length ?? 0);

/** Whether the statement so far is a trigger that a `;` does not end. */
function isTriggerOpen(tokens: readonly string[]): boolean {
  const opening = withoutExplain(tokens.slice(0, 6)).slice(0, 3).join(' ');
  if (!/^create (?:temp |temporary )?trigger\b/i.test(opening)) return false;
  return !/^; end$/i.test(tokens.slice(-2).join(' '));
}

function newTableNameOf(tokens: readonly string[]): string | undefined {
  const [alter, table, ...names] = withoutExplain(tokens);
  if (alter?.toUpperCase() !== 'ALTER' || table?.toUpperCase() !== 'TABLE') return undefined;
  const [rename, to, name] = names.slice(names[1] === '.' ? 3 : 1);
  if (rename?.toUpperCase() !== 'RENAME' || to?.toUpperCase() !== 'TO') return undefined;
  return name?.replace(/^["'`[]/, '');
}

/** SQLite's numbering: `?` takes the next index, `?N` is index N, a name keeps the index it first got. */
class ParameterList {
  readonly names: (string | undefined)[] = [];

  see(token: string): void {
    if (token === '?') this.names.push(undefined);
    else if (token.startsWith('?'))
      while (this.names.length < Number(token.slice(1))) this.names.push(undefined);
    else if (!this.names.includes(token)) this.names.push(token);
  }
}

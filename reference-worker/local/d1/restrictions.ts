import { constants } from 'node:sqlite';

/** D1's documented limits; where the documents are silent, those that workerd sets on its own SQLite. */
export const D1_LIMITS = {
  length: 2_000_000,
  sqlLength: 100_000,
  column: 100,
  exprDepth: 100,
  compoundSelect: 5,
  vdbeOp: 25_000,
  functionArg: 32,
  likePatternLength: 50,
  variableNumber: 100,
  triggerDepth: 10,
  attach: 0,
} as const;

type PragmaArgument = 'none' | 'name' | 'optional-name' | 'switch' | 'optional-number' | 'any';

/** The pragmas that D1 allows, in any case of letters, and what each may be given (workerd: util/sqlite.c++). */
const PRAGMAS: ReadonlyMap<string, PragmaArgument> = new Map([
  ['case_sensitive_like', 'switch'],
  ['data_version', 'none'],
  ['defer_foreign_keys', 'switch'],
  ['foreign_key_check', 'optional-name'],
  ['foreign_key_list', 'name'],
  ['foreign_keys', 'switch'],
  ['ignore_check_constraints', 'switch'],
  ['index_info', 'name'],
  ['index_list', 'name'],
  ['index_xinfo', 'name'],
  ['legacy_alter_table', 'switch'],
  ['optimize', 'optional-number'],
  ['page_size', 'none'],
  ['quick_check', 'optional-name'],
  ['recursive_triggers', 'switch'],
  ['reverse_unordered_selects', 'switch'],
  ['table_info', 'name'],
  ['table_list', 'any'],
  ['table_xinfo', 'name'],
]);

/** Where SQLite's switches stand at first. `foreign_keys` is not among them: no transaction can move it. */
export const SWITCHES_AT_REST = [...PRAGMAS]
  .filter(([name, argument]) => argument === 'switch' && name !== 'foreign_keys')
  .map(([name]) => `PRAGMA ${name} = 0`);

/** The functions that D1 allows (workerd: util/sqlite.c++), by the names that SQLite's authorizer is told. */
const FUNCTIONS = new Set(
  (
    'abs changes char coalesce concat concat_ws format glob hex ifnull iif instr last_insert_rowid length like ' +
    'likelihood likely load_extension lower ltrim nullif octet_length printf quote random randomblob replace round ' +
    'rtrim sign soundex substr substring total_changes trim typeof unhex unicode unlikely upper zeroblob ' +
    'date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp ' +
    'avg count group_concat max min string_agg sum total ' +
    'row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value ' +
    'acos acosh asin asinh atan atan2 atanh ceil cos cosh degrees exp floor ln log log2 mod pi pow radians sin sinh ' +
    'sqrt tan tanh trunc ' +
    'json jsonb json_array jsonb_array json_array_length json_extract jsonb_extract -> ->> json_insert jsonb_insert ' +
    'json_object jsonb_object json_patch jsonb_patch json_remove jsonb_remove json_replace jsonb_replace json_set ' +
    'jsonb_set json_type json_valid json_quote json_group_array jsonb_group_array json_group_object ' +
    'jsonb_group_object json_each json_tree ' +
    'match highlight bm25 snippet rtreecheck ' +
    'sqlite_rename_column sqlite_rename_table sqlite_rename_test sqlite_drop_column sqlite_rename_quotefix'
  ).split(' '),
);

/** The modules of virtual tables that D1 allows, in any case of letters. */
const MODULES = new Set(['fts5', 'fts5vocab', 'rtree', 'rtree_i32']);

/** Functions that node:sqlite has and D1 does not know at all: it has another word for them than for the forbidden. */
export const UNKNOWN_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'fts3_tokenizer geopoly_area geopoly_bbox geopoly_blob geopoly_ccw geopoly_contains_point geopoly_debug ' +
    'geopoly_group_bbox geopoly_json geopoly_overlap geopoly_regular geopoly_svg geopoly_within geopoly_xform ' +
    'matchinfo median offsets optimize percentile percentile_cont percentile_disc'
  ).split(' '),
);

/** Tables that node:sqlite has without anybody creating them, and D1 does not. */
export const UNKNOWN_TABLES: ReadonlySet<string> = new Set(['dbstat', 'fts3tokenize']);

/**
 * The tables that D1 keeps in every database: the one that its documents list
 * (developers.cloudflare.com/d1/sql-api/sql-statements, table_list), and the one that workerd has beside it. A
 * statement may see in sqlite_master that they are there, and do nothing else with them.
 */
export const RESERVED_TABLES = [
  'CREATE TABLE IF NOT EXISTS _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS _cf_METADATA (key INTEGER PRIMARY KEY, value BLOB)',
] as const;

export const isReserved = (name: string | null | undefined): boolean => /^_cf_/i.test(name ?? '');

const ROW_CHANGES: ReadonlySet<number> = new Set([
  constants.SQLITE_INSERT,
  constants.SQLITE_UPDATE,
  constants.SQLITE_DELETE,
]);

/** What a statement does at most: later kinds include earlier ones. */
const STATEMENT_KINDS = ['read', 'write', 'schema'] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

export const laterKind = (a: StatementKind, b: StatementKind): StatementKind =>
  STATEMENT_KINDS.indexOf(a) > STATEMENT_KINDS.indexOf(b) ? a : b;

/** What SQLite's authorizer is told (sqlite.org/c3ref/set_authorizer.html). */
export interface Action {
  readonly code: number;
  readonly first: string | null;
  readonly second: string | null;
  readonly database: string | null;
  /** The innermost trigger or view that is to blame. */
  readonly source: string | null;
}

/** The part that one action plays in its statement, or `forbidden` where D1 would refuse it. */
export function judge(action: Action): StatementKind | 'forbidden' {
  // Of ALTER TABLE alone the authorizer is told the database first.
  if (action.code === constants.SQLITE_ALTER_TABLE)
    return judgeIn(action.first, { ...action, first: action.second, second: null });
  return judgeIn(action.database, action);
}

function judgeIn(database: string | null, action: Action): StatementKind | 'forbidden' {
  const { code, first, second, source } = action;
  if (isReserved(source)) return 'forbidden';
  // Some statements look through the temporary schema, which is empty, for what they are about to change.
  if (database === 'temp') {
    const looks = code === constants.SQLITE_READ || code === constants.SQLITE_UPDATE;
    return looks && !isReserved(first) ? 'read' : 'forbidden';
  }
  if (database !== 'main' && database !== null) return 'forbidden';
  switch (code) {
    case constants.SQLITE_SELECT:
    case constants.SQLITE_RECURSIVE:
      return 'read';
    case constants.SQLITE_FUNCTION:
      return FUNCTIONS.has(second ?? '') ? 'read' : 'forbidden';
    case constants.SQLITE_READ:
      return isReserved(first) ? 'forbidden' : 'read';
    case constants.SQLITE_PRAGMA:
      return judgePragma(first ?? '', second);
    case constants.SQLITE_ANALYZE:
      return 'schema';
    case constants.SQLITE_CREATE_VTABLE:
    case constants.SQLITE_DROP_VTABLE:
      return MODULES.has((second ?? '').toLowerCase()) && !isReserved(first) ? 'schema' : 'forbidden';
    case constants.SQLITE_CREATE_TABLE:
    case constants.SQLITE_DROP_TABLE:
    case constants.SQLITE_ALTER_TABLE:
    case constants.SQLITE_CREATE_VIEW:
    case constants.SQLITE_DROP_VIEW:
    case constants.SQLITE_REINDEX:
    case constants.SQLITE_CREATE_INDEX:
    case constants.SQLITE_DROP_INDEX:
    case constants.SQLITE_CREATE_TRIGGER:
    case constants.SQLITE_DROP_TRIGGER:
      return isReserved(first) || isReserved(second) ? 'forbidden' : 'schema';
    default:
      if (!ROW_CHANGES.has(code) || isReserved(first)) return 'forbidden';
      // Every change of the schema is also a change of a row in sqlite_schema.
      return first === 'sqlite_master' ? 'schema' : 'write';
  }
}

function judgePragma(name: string, argument: string | null): StatementKind | 'forbidden' {
  const known = PRAGMAS.get(name.toLowerCase());
  if (known === undefined || !mayBeGiven(known, argument)) return 'forbidden';
  // It may create the tables of statistics.
  return name.toLowerCase() === 'optimize' ? 'schema' : 'read';
}

function mayBeGiven(kind: PragmaArgument, argument: string | null): boolean {
  if (argument === null) return kind !== 'name';
  if (kind === 'none') return false;
  if (kind === 'switch') return /^['"]?(?:true|false|yes|no|on|off|1|0)/i.test(argument);
  if (kind === 'optional-number') return /^-?(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(argument);
  return kind === 'any' || !isReserved(argument);
}

/** BEGIN, COMMIT, SAVEPOINT and their like, for which workerd points to its own transactions. */
export const controlsTransaction = ({ code }: Action): boolean =>
  code === constants.SQLITE_TRANSACTION || code === constants.SQLITE_SAVEPOINT;

/** Whether a pragma moves a switch, which SQLite does as soon as the pragma is prepared. */
export const movesSwitch = ({ code, first, second }: Action): boolean =>
  code === constants.SQLITE_PRAGMA &&
  second !== null &&
  PRAGMAS.get((first ?? '').toLowerCase()) === 'switch';

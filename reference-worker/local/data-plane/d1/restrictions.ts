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

/**
 * Pragmas that D1 allows. Left out on purpose: the switches that would outlast the transaction here
 * (case_sensitive_like, ignore_check_constraints, recursive_triggers), while D1 resets them.
 */
const ALLOWED_PRAGMAS = new Set([
  'data_version',
  'defer_foreign_keys',
  'foreign_key_check',
  'foreign_key_list',
  'foreign_keys',
  'index_info',
  'index_list',
  'index_xinfo',
  'optimize',
  'quick_check',
  'table_info',
  'table_list',
  'table_xinfo',
]);

/**
 * Functions of node:sqlite that D1 does not have: those of `pragma_function_list` that workerd's SQLite refuses, each
 * tried through miniflare.
 */
const FORBIDDEN_FUNCTIONS = new Set(
  (
    'ceiling fts3_tokenizer fts5 fts5_get_locale fts5_insttoken fts5_locale fts5_source_id geopoly_area ' +
    'geopoly_bbox geopoly_blob geopoly_ccw geopoly_contains_point geopoly_debug geopoly_group_bbox geopoly_json ' +
    'geopoly_overlap geopoly_regular geopoly_svg geopoly_within geopoly_xform json_array_insert ' +
    'json_error_position json_pretty jsonb_array_insert load_extension log10 matchinfo median offsets optimize ' +
    'percentile percentile_cont percentile_disc power rtreedepth rtreenode sqlite_compileoption_get ' +
    'sqlite_compileoption_used sqlite_log sqlite_source_id sqlite_version subtype unistr unistr_quote'
  ).split(' '),
);

const FORBIDDEN = new Set([
  constants.SQLITE_ATTACH,
  constants.SQLITE_DETACH,
  constants.SQLITE_TRANSACTION,
  constants.SQLITE_SAVEPOINT,
  constants.SQLITE_CREATE_TEMP_INDEX,
  constants.SQLITE_CREATE_TEMP_TABLE,
  constants.SQLITE_CREATE_TEMP_TRIGGER,
  constants.SQLITE_CREATE_TEMP_VIEW,
]);

const READS = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);

const ROW_CHANGES = new Set([constants.SQLITE_INSERT, constants.SQLITE_UPDATE, constants.SQLITE_DELETE]);

/** What a statement does at most: later kinds include earlier ones. */
const STATEMENT_KINDS = ['read', 'write', 'schema'] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

export const laterKind = (a: StatementKind, b: StatementKind): StatementKind =>
  STATEMENT_KINDS.indexOf(a) > STATEMENT_KINDS.indexOf(b) ? a : b;

/**
 * The part that one authorizer call plays in its statement, or `forbidden` where D1 would refuse it. A pragma
 * counts as a read: `optimize` writes statistics, which are no data.
 */
export function judge(
  action: number,
  name: string | null,
  functionName: string | null,
): StatementKind | 'forbidden' {
  if (FORBIDDEN.has(action)) return 'forbidden';
  if (action === constants.SQLITE_FUNCTION && FORBIDDEN_FUNCTIONS.has(functionName ?? '')) return 'forbidden';
  if (READS.has(action)) return 'read';
  if (action === constants.SQLITE_PRAGMA) return ALLOWED_PRAGMAS.has(name ?? '') ? 'read' : 'forbidden';
  // Every change of the schema is also a change of a row in sqlite_schema.
  return ROW_CHANGES.has(action) && name !== 'sqlite_master' ? 'write' : 'schema';
}

import fc from 'fast-check';
import { column, constant, expression, literal } from './expressions.ts';
import { listOf, maybe, mostly, of, phrase, words } from './pieces.ts';

const table = mostly(
  words('t1 t1 t1 t1 v t2 docs box'),
  words(
    'main.t1 temp.t1 nope.t1 T1 [t1] "t2" nope _cf_METADATA main._cf_METADATA _cf_x sqlite_temp_master ' +
      'sqlite_schema sqlite_sequence docs_data docs_content box_node dbstat fts3tokenize sqlite_dbpage ' +
      'sqlite_stmt bytecode',
  ),
);
const tableFunction = of(
  ...["json_each('[1,2]')", 'json_tree(\'{"a":[1]}\')', "pragma_table_info('t1')", "pragma_index_list('t1')"],
  ...["pragma_index_info('t1_a')", 'pragma_function_list', 'pragma_module_list', 'pragma_compile_options'],
  ...["pragma_table_info('_cf_METADATA')", "pragma_foreign_key_list('t2')", 'pragma_database_list'],
  ...[
    'generate_series(1, 3)',
    'pragma_user_version',
    'pragma_foreign_keys',
    "jsonb_each('[1]')",
    'carray(1, 2)',
  ],
  ...["pragma_table_xinfo('t2', 'main')", "pragma_table_info('t1', 'temp')", 'pragma_page_count'],
);
const newName = mostly(
  words('n1 n2 n3 t1 v'),
  words(
    '_cf_n _CF_n "_cf_n" [_cf_n] `_cf_n` main.n4 temp.n1 temp.t1 nope.n eur$n é "a b" sqlite_n json_each 1n main._cf_n',
  ),
);

const order = maybe(phrase('ORDER BY', column, maybe(words('DESC ASC')), ', id'));
const select: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: phrase('SELECT', listOf(constant)) },
  {
    weight: 4,
    arbitrary: phrase(
      'SELECT',
      maybe(words('DISTINCT ALL')),
      listOf(mostly(expression, column)),
      'FROM',
      mostly(table, tableFunction),
      maybe(phrase(words('JOIN CROSS LEFT FULL'), words('JOIN t2 t1'), 'ON', expression), 8),
      maybe(phrase('WHERE', expression), 1),
      maybe(phrase('GROUP BY', column), 6),
      mostly(order, of('ORDER BY 1', '')),
      maybe('LIMIT 5'),
    ),
  },
  { weight: 1, arbitrary: phrase('SELECT * FROM', tableFunction) },
  { weight: 1, arbitrary: phrase('VALUES (', listOf(constant), ')') },
  {
    weight: 1,
    arbitrary: phrase('WITH w AS ( SELECT', constant, 'AS x ) SELECT * FROM w', maybe(of(', t1', 'JOIN v'))),
  },
  {
    weight: 1,
    arbitrary: phrase(
      'SELECT 1',
      fc.integer({ min: 1, max: 6 }).map((n) => 'UNION ALL SELECT 2 '.repeat(n).trim()),
    ),
  },
  {
    weight: 1,
    arbitrary: of(
      'WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 9) SELECT sum(n) FROM i',
      "SELECT name, type FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name",
      "SELECT m.name, i.name FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table'",
      "SELECT name FROM pragma_table_list WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name",
      "SELECT rowid, highlight(docs, 0, '[', ']'), bm25(docs) < 0 FROM docs WHERE docs MATCH 'hello'",
      "SELECT snippet(docs, 0, '<', '>', '...', 3) FROM docs('worker')",
      'SELECT id FROM box WHERE x0 >= 1 AND x1 <= 9',
      "SELECT rtreecheck('box')",
      'SELECT count(*) FROM dbstat',
      'SELECT a, row_number() OVER (PARTITION BY b ORDER BY id) FROM t1',
      'SELECT typeof(random()), length(randomblob(4))',
      'SELECT length(CURRENT_TIMESTAMP), length(current_date), current_time IS NULL',
    ),
  },
);

const conflict = maybe(
  words('OR_IGNORE OR_REPLACE OR_FAIL OR_ABORT OR_ROLLBACK').map((text) => text.replace('_', ' ')),
);
const returning = maybe(phrase('RETURNING', listOf(mostly(column, expression))));
export const write: fc.Arbitrary<string> = fc.oneof(
  phrase('INSERT', conflict, 'INTO t1 ( a, b ) VALUES (', constant, ',', constant, ')', returning),
  phrase('INSERT', conflict, 'INTO', table, 'VALUES (', listOf(constant, 1, 4), ')', returning),
  phrase(
    'INSERT',
    conflict,
    'INTO t2 VALUES (',
    literal,
    ',',
    words('1 2 99 NULL'),
    ',',
    literal,
    ')',
    returning,
  ),
  phrase(
    "INSERT INTO t2 VALUES ('k1', 1,",
    literal,
    ') ON CONFLICT',
    of('', '(k)', '(n)'),
    'DO',
    of('NOTHING', 'UPDATE SET n = n + 1'),
  ),
  phrase('INSERT INTO docs VALUES (', literal, ')'),
  phrase('INSERT INTO box VALUES (', words('1 2 3 NULL'), ',', words('0 1 9'), ',', words('1 5 9'), ')'),
  phrase('REPLACE INTO t1 ( id, a ) VALUES (', words('1 2 9'), ',', literal, ')'),
  phrase(
    'UPDATE',
    conflict,
    table,
    'SET',
    words('a b n eur$net body nope'),
    '=',
    expression,
    maybe(phrase('WHERE', expression), 1),
    returning,
    maybe('LIMIT 1', 9),
  ),
  phrase('DELETE FROM', table, maybe(phrase('WHERE', expression), 1), returning, maybe('LIMIT 1', 9)),
  of(
    'INSERT INTO t1 DEFAULT VALUES',
    "INSERT INTO docs(docs) VALUES ('optimize')",
    "UPDATE sqlite_master SET sql = ''",
  ),
);

const temporary = maybe(words('TEMP TEMPORARY'), 9);
const ifNot = maybe('IF NOT EXISTS', 2);
const module = mostly(
  words('fts5(x) fts5vocab(docs,row) rtree(id,a,b) RTREE_i32(id,a,b) Fts5(x)'),
  words(
    'fts3(x) fts4(x) fts4aux(docs) dbstat geopoly(a) nope fts5(x,content=t1) fts3tokenize csv(x) generate_series sqlite_stmt fts5(x,tokenize=trigram) fts5(x,content="") rtree(id)',
  ),
);
export const schema: fc.Arbitrary<string> = fc.oneof(
  phrase(
    'CREATE',
    temporary,
    'TABLE',
    ifNot,
    newName,
    '( a',
    maybe(words('INTEGER TEXT ANY')),
    maybe(of('PRIMARY KEY', 'UNIQUE', 'NOT NULL', 'DEFAULT 1', 'AS (1)', 'CHECK (a > 0)')),
    ', b',
    ')',
    maybe(of('STRICT', 'WITHOUT ROWID'), 6),
  ),
  phrase('CREATE', temporary, 'TABLE', ifNot, newName, 'AS', select),
  phrase(
    'CREATE',
    maybe('UNIQUE'),
    'INDEX',
    ifNot,
    newName,
    'ON',
    words('t1 t2 log v _cf_METADATA docs'),
    '(',
    column,
    ')',
    maybe(phrase('WHERE', expression), 6),
  ),
  phrase('CREATE', temporary, 'VIEW', ifNot, newName, 'AS', select),
  phrase(
    'CREATE',
    temporary,
    'TRIGGER',
    ifNot,
    newName,
    words('AFTER BEFORE'),
    words('INSERT DELETE UPDATE'),
    'ON',
    words('t1 t2 main.t1 v _cf_METADATA'),
    'BEGIN',
    write,
    '; END',
  ),
  phrase('CREATE VIRTUAL TABLE', ifNot, newName, 'USING', module),
  phrase(
    'DROP',
    words('TABLE INDEX VIEW TRIGGER'),
    maybe('IF EXISTS', 1),
    mostly(newName, words('t1_a t1_log docs box sqlite_master _cf_METADATA docs_data')),
  ),
  phrase(
    'ALTER TABLE',
    mostly(words('t1 t2 log n1'), words('main.t1 temp.t1 _cf_METADATA v docs sqlite_master')),
    fc.oneof(
      phrase('RENAME TO', newName),
      phrase('RENAME', maybe('COLUMN'), words('a b n nope rename'), 'TO', newName),
      phrase('ADD COLUMN', newName, maybe(of('NOT NULL', 'DEFAULT 3', 'REFERENCES t1'))),
      phrase('DROP COLUMN', words('b c id nope n')),
    ),
  ),
);

export const SWITCHES =
  'case_sensitive_like defer_foreign_keys foreign_keys ignore_check_constraints legacy_alter_table recursive_triggers reverse_unordered_selects';
const pragmaName = mostly(
  words(
    `${SWITCHES} foreign_key_list index_info index_list index_xinfo table_info table_xinfo quick_check optimize page_size`,
  ),
  words(
    'foreign_key_check integrity_check application_id auto_vacuum busy_timeout cache_size cache_spill cell_size_check checkpoint_fullfsync ' +
      'collation_list compile_options count_changes database_list encoding freelist_count full_column_names function_list ' +
      'hard_heap_limit incremental_vacuum journal_mode journal_size_limit locking_mode max_page_count mmap_size ' +
      'module_list page_count pragma_list query_only read_uncommitted schema_version secure_delete short_column_names ' +
      'shrink_memory soft_heap_limit stats synchronous temp_store threads trusted_schema user_version wal_autocheckpoint ' +
      'wal_checkpoint writable_schema nope vdbe_trace analysis_limit empty_result_callbacks',
  ),
);
const anyCase = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, of('', '', '', '', 'upper', 'Title'))
    .map(([name, how]) =>
      how === 'upper'
        ? name.toUpperCase()
        : how === 'Title'
          ? (name[0] ?? '').toUpperCase() + name.slice(1)
          : name,
    );
const pragmaArgument = mostly(
  words('on off 0 1 true no ON t1 t2 t1_a t1_log'),
  words("2 -1 'on' \"off\" _cf_METADATA nope 0x10002 1x yesterday 99999999999 NULL '' [t1] main"),
);
const pragma: fc.Arbitrary<string> = fc
  .tuple(maybe(words('main temp nope _cf_x'), 9), anyCase(pragmaName), of('', '=', '('), pragmaArgument)
  .map(([database, name, how, argument]) => {
    const left = `PRAGMA ${database === '' ? '' : `${database}.`}${name}`;
    if (how === '') return left;
    return how === '=' ? `${left} = ${argument}` : `${left}(${argument})`;
  });

const other: fc.Arbitrary<string> = of(
  ...[
    'ANALYZE',
    'ANALYZE t1',
    'ANALYZE main',
    'ANALYZE _cf_METADATA',
    'ANALYZE temp',
    'REINDEX',
    'REINDEX t1',
    'REINDEX t1_a',
  ],
  ...[
    'VACUUM',
    "VACUUM INTO 'x'",
    "ATTACH 'x' AS y",
    "ATTACH DATABASE ':memory:' AS _cf_y",
    'DETACH main',
    'DETACH y',
  ],
  ...['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s', 'RELEASE s', 'ROLLBACK TO s', 'END', 'BEGIN IMMEDIATE'],
  ...[
    '',
    ' ',
    ';',
    ';;',
    '-- c',
    ' -- c',
    '/* c */',
    '/* open',
    '\n\n',
    '\ufeff',
    '\ufeffSELECT 1',
    'selec 1',
    'SELECT',
    'SELECT 1 SELECT 2',
  ],
);

export const single: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: select },
  { weight: 4, arbitrary: write },
  { weight: 4, arbitrary: schema },
  { weight: 3, arbitrary: pragma },
  { weight: 1, arbitrary: phrase('EXPLAIN', maybe('QUERY PLAN', 1), fc.oneof(select, write, schema)) },
  { weight: 2, arbitrary: other },
);

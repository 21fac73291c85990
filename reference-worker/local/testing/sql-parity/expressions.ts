import fc from 'fast-check';
import { maybe, mostly, of, phrase, words } from './pieces.ts';

const FUNCTIONS =
  'abs char coalesce concat concat_ws format glob hex ifnull iif if instr last_insert_rowid length like ' +
  'likelihood likely load_extension lower ltrim nullif octet_length printf quote replace round rtrim sign soundex ' +
  'substr substring trim typeof unhex unicode unlikely upper zeroblob date time datetime julianday ' +
  'unixepoch strftime timediff avg count group_concat max min string_agg sum total median percentile ' +
  'percentile_cont percentile_disc row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value ' +
  'last_value nth_value acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 ' +
  'log2 mod pi pow power radians sin sinh sqrt tan tanh trunc json jsonb json_array jsonb_array json_array_insert ' +
  'json_array_length json_error_position json_extract jsonb_extract json_insert jsonb_insert json_object ' +
  'jsonb_object json_patch jsonb_patch json_pretty json_remove jsonb_remove json_replace jsonb_replace json_set ' +
  'jsonb_set json_type json_valid json_quote json_group_array jsonb_group_array json_group_object ' +
  'jsonb_group_object match highlight bm25 snippet fts5 fts5_source_id fts5_locale fts3_tokenizer matchinfo ' +
  'offsets optimize rtreecheck rtreenode rtreedepth geopoly_area sqlite_version sqlite_source_id sqlite_log ' +
  'sqlite_offset sqlite_compileoption_used sqlite_compileoption_get subtype unistr unistr_quote regexp nope edit ' +
  'readfile writefile generate_series decimal uuid sha3 crypto md5';

const UNARY =
  'abs char hex length lower ltrim octet_length quote round rtrim sign soundex trim typeof unhex unicode upper date time ' +
  'datetime julianday unixepoch avg count max min sum total group_concat acos asin atan ceil cos degrees exp floor ln log ' +
  'log2 radians sin sqrt tan trunc json json_array json_array_length json_type json_valid json_quote json_group_array ' +
  'likely unlikely zeroblob printf format concat if median json_pretty ceiling log10 unistr_quote subtype';
const BINARY =
  'coalesce concat_ws format glob ifnull instr like nullif printf replace substr substring trim round date strftime timediff ' +
  'atan2 log mod pow json_array json_extract json_object json_patch json_remove jsonb_extract json_type string_agg ' +
  'group_concat max min iif if power percentile json_array_insert unhex likelihood json_group_object';

export const literal = of(
  ...[
    '0',
    '1',
    '-1',
    '2',
    '42',
    '9007199254740993',
    '9223372036854775807',
    '1.5',
    '1e3',
    '0x1F',
    'NULL',
    'TRUE',
  ],
  ...[
    "'one'",
    "'it''s'",
    "''",
    "'é😀'",
    "'a;b'",
    "'-- no'",
    '\'{"k":[1,2]}\'',
    "'[1,2,3]'",
    "'2024-02-30'",
    "'%o%'",
  ],
  ...["x'00ff'", "x''", '"text"', "'$.k'", "'2024-01-01 10:00'", "'7'"],
);
const badLiteral = of("x'0'", "'open", '1abc', '1_000', '0x', '"a\u0000b"', '`open', '12$a', '#1', '\\');
export const column = fc.oneof(
  { weight: 20, arbitrary: words('id a b c eur$net id a b') },
  { weight: 1, arbitrary: words('k n rowid * t1.a main.t1.a "no_such" [a] `b` oid nope é eur$ temp.t1.a') },
);
export const parameter = mostly(words('? ? ?1 ?2 :a @a $a :é $a::b(c) #a ?007'), words('?0 ?101 #1'));

/** A date without arguments would be that of today. */
const withoutArguments = (name: string): string =>
  /^(?:date|time|datetime|julianday|unixepoch)$/.test(name) ? "'2024-02-30'" : '';

const expressionOver = (leaf: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      { weight: 8, arbitrary: leaf },
      {
        weight: 6,
        arbitrary: fc
          .tuple(
            words(FUNCTIONS),
            of('', '', '', 'DISTINCT '),
            fc.array(tie('e'), { maxLength: 4 }),
            maybe('OVER ()', 9),
          )
          .map(
            ([name, distinct, args, over]) =>
              `${name}(${args.length > 0 ? `${distinct}${args.join(', ')}` : withoutArguments(name)})${over}`,
          ),
      },
      // With the number of arguments that they want.
      { weight: 6, arbitrary: words(UNARY).chain((name) => tie('e').map((one) => `${name}(${one})`)) },
      {
        weight: 2,
        arbitrary: words(BINARY).chain((name) =>
          fc.tuple(tie('e'), tie('e')).map((both) => `${name}(${both.join(', ')})`),
        ),
      },
      {
        weight: 3,
        arbitrary: phrase(tie('e'), words('+ - * / % || = <> < >= IS AND OR & << -> ->> == !='), tie('e')),
      },
      { weight: 1, arbitrary: phrase(tie('e'), words('LIKE GLOB REGEXP MATCH IN'), tie('e')) },
      { weight: 1, arbitrary: phrase('CASE WHEN', tie('e'), 'THEN', tie('e'), 'ELSE', tie('e'), 'END') },
      {
        weight: 1,
        arbitrary: phrase('CAST (', tie('e'), 'AS', words('INTEGER TEXT REAL BLOB NUMERIC anything'), ')'),
      },
      { weight: 1, arbitrary: phrase(words('NOT - + ~'), '(', tie('e'), ')') },
      { weight: 1, arbitrary: phrase('(', tie('e'), ')', 'COLLATE', words('NOCASE BINARY RTRIM uint')) },
      { weight: 1, arbitrary: phrase('( SELECT', tie('e'), 'FROM t1 ORDER BY id LIMIT 1 )') },
      { weight: 1, arbitrary: phrase(tie('e'), 'IN (', tie('e'), ',', tie('e'), ')') },
      { weight: 1, arbitrary: phrase(tie('e'), 'BETWEEN', tie('e'), 'AND', tie('e')) },
    ),
  })).e;
const anyLiteral = fc.oneof({ weight: 40, arbitrary: literal }, { weight: 1, arbitrary: badLiteral });
export const constant = expressionOver(anyLiteral);
export const expression = expressionOver(
  fc.oneof({ weight: 3, arbitrary: anyLiteral }, { weight: 2, arbitrary: column }),
);

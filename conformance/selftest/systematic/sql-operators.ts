import type { SourceEdit, SyntaxPlace } from './syntax.ts';

/** A rule that makes wrong SQL of right SQL: each match becomes each of the others. */
interface SqlRule {
  readonly pattern: RegExp;
  readonly others: (match: string, before: string) => readonly string[];
}

const OPERAND = String.raw`(?:\w+\.)?\w+`;
const VALUE = String.raw`(?:\?\d+|\d+|(?:\w+\.)?[a-z_]+(?:\([^)]*\))?)`;

/** The last word before a place that says what the place is part of. */
const clauseBefore = (before: string): string | undefined =>
  before.match(/\b(?:WHERE|AND|OR|ON|SET|WHEN|THEN|SELECT|VALUES)\b/g)?.at(-1);
const isAssigned = (before: string): boolean => clauseBefore(before) === 'SET';
const isJudged = (before: string): boolean =>
  /^(WHERE|AND|OR|ON|WHEN)$/.test(clauseBefore(before) ?? (before === '' ? 'WHERE' : ''));

const RULES: readonly SqlRule[] = [
  {
    // The parameter stays, and so does what a guard in the Worker may look for.
    pattern: new RegExp(`${OPERAND} (?:=|<|>|<=|>=) ${VALUE}`, 'g'),
    others: (match, before) => (isJudged(before) ? [`(${match} OR 1 = 1)`] : []),
  },
  {
    pattern: new RegExp(String.raw`, ${OPERAND} = ${VALUE}(?: \+ \d+)?`, 'g'),
    others: (_, before) => (isAssigned(before) ? [''] : []),
  },
  {
    pattern: / (?:<|>|<=|>=) /g,
    others: (match) => [match.includes('=') ? match.replace('=', '') : match.replace(/[<>]/, '$&=')],
  },
  { pattern: /\bAND\b/g, others: () => ['OR'] },
  { pattern: / ORDER BY [\w., ]+?(?= LIMIT|$)/g, others: () => [''] },
  { pattern: /ORDER BY [\w.]+(?= LIMIT|$)/g, others: (match) => [`${match} DESC`] },
  { pattern: /\b(?:ASC|DESC)\b/g, others: (match) => [match === 'ASC' ? 'DESC' : 'ASC'] },
  { pattern: /\bLIMIT \?\d+/g, others: (match) => [`${match} + 1`, `${match} - 1`] },
  { pattern: /\bLEFT JOIN\b/g, others: () => ['JOIN'] },
  { pattern: /\bNOT IN\b/g, others: () => ['IN'] },
  { pattern: /[^T] IN \(/g, others: (match) => [match.replace('IN', 'NOT IN')] },
  { pattern: /\bINSERT INTO\b/g, others: () => ['INSERT OR REPLACE INTO', 'INSERT OR IGNORE INTO'] },
  { pattern: /\bLIKE\b/g, others: () => ['NOT LIKE', 'GLOB'] },
  { pattern: /= 0\b/g, others: () => ['= 1', '>= 0'] },
  { pattern: /\+ 1\b/g, others: () => ['+ 0', '+ 2'] },
];

const SQL =
  /\b(?:SELECT|FROM|WHERE|ORDER BY|LIMIT|RETURNING|INSERT INTO|LEFT JOIN|DO UPDATE|CASE|WHEN)\b|^(?:ASC|DESC)$|^[a-z_.]+ = (?:\?\d+|\d+)$/;
/** A comparison that is put together from parts. */
const COMPOSED = /^(?: (?:=|<|>|<=|>=) |, [a-z_]+\) )$/;

/** What can be made wrong in a text or template that is SQL, or a part of it. */
export function sqlEdits({ node, textOf }: SyntaxPlace): readonly SourceEdit[] {
  if (node.type === 'Literal' && typeof node.value === 'string' && SQL.test(node.value))
    return editsIn(node.start + 1, textOf(node).slice(1, -1));
  if (node.type !== 'TemplateLiteral') return [];
  const whole = node.quasis.map(({ value }) => value.raw);
  const composed = whole.filter((part) => COMPOSED.test(part));
  if (!SQL.test(whole.join('x')) && composed.length === 0) return [];
  return node.quasis.flatMap((quasi) => {
    const raw = quasi.value.raw;
    const start = quasi.start + textOf(quasi).indexOf(raw);
    return raw === '' ? [] : editsIn(start, raw);
  });
}

const editsIn = (start: number, text: string): SourceEdit[] =>
  RULES.flatMap(({ pattern, others }) =>
    [...text.matchAll(pattern)].flatMap((match) =>
      others(match[0], text.slice(0, match.index)).map((other) => ({
        start: start + match.index,
        end: start + match.index + match[0].length,
        text: other,
      })),
    ),
  );

import type { CallExpression, Node } from 'oxc-parser';
import { sqlEdits } from './sql-operators.ts';
import { isTelling, type SourceEdit, type SyntaxPlace } from './syntax.ts';

/** Makes wrong code of right code, in one way. */
type Operator = (place: SyntaxPlace) => readonly SourceEdit[];

const instead = ({ start, end }: Node, text: string): SourceEdit => ({ start, end, text });
/** The text between two nodes, such as an operator between its operands. */
const between = (left: Node, right: Node, text: string): SourceEdit => ({
  start: left.end,
  end: right.start,
  text,
});
const isTested = ({ parent, key }: SyntaxPlace): boolean =>
  key === 'test' && (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression');
/** Sentences are for people: nothing is promised about their words. */
const isProse = (text: string): boolean => /\w[.,]? \w/.test(text) || /\.$/.test(text);

const NEGATED: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const SHIFTED: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const ARITHMETIC: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' };
/** Of an answer, or of an error. */
const STATUS: Readonly<Record<number, number>> = {
  200: 201,
  201: 200,
  204: 200,
  304: 200,
  400: 422,
  401: 403,
  403: 404,
  404: 403,
  409: 400,
  412: 409,
  413: 400,
  415: 400,
  421: 403,
  500: 503,
  503: 500,
};
const OTHER_METHOD: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
};
/** Calls that hand on what they were called on, changed or judged. */
const IN_PASSING =
  /^(trim|toLowerCase|toUpperCase|normalize|slice|filter|sort|toSorted|reverse|replace|replaceAll|min|max|regex|int|positive|nonnegative|refine|strict|pipe|optional|nullable|exactOptional)$/;

const condition: Operator = (place) => {
  const { node, parent, key } = place;
  if (key === 'test' && /^(While|DoWhile|For)Statement$/.test(parent?.type ?? ''))
    return [instead(node, 'false')];
  if (!isTested(place)) return [];
  // What one operand alone would let through is a smaller change, and made elsewhere.
  const operator = node.type === 'LogicalExpression' ? node.operator : undefined;
  return [
    ...(operator === '&&' ? [] : [instead(node, 'true')]),
    ...(operator === '||' ? [] : [instead(node, 'false')]),
  ];
};

const logical: Operator = ({ node, textOf }) => {
  if (node.type !== 'LogicalExpression') return [];
  const { left, right, operator } = node;
  const alone = [instead(node, textOf(left)), instead(node, textOf(right))];
  if (operator === '??') return alone;
  return [between(left, right, operator === '&&' ? ' || ' : ' && '), ...alone];
};

const comparison: Operator = (place) => {
  const { node } = place;
  if (isTested(place)) return [];
  if (node.type === 'UnaryExpression' && node.operator === '!')
    return [instead(node, place.textOf(node.argument))];
  if (node.type !== 'BinaryExpression') return [];
  const other = NEGATED[node.operator];
  return other === undefined ? [] : [between(node.left, node.right, ` ${other} `)];
};

const boundary: Operator = ({ node, parent, textOf }) => {
  if (node.type === 'BinaryExpression') {
    const other = SHIFTED[node.operator];
    return other === undefined ? [] : [between(node.left, node.right, ` ${other} `)];
  }
  if (node.type !== 'Literal' || typeof node.value !== 'number' || node.value in STATUS) return [];
  const { value } = node;
  // A time that is one longer makes no difference that anybody could see.
  const isTime = /(Ms|_MS|[sS]econds|SECONDS|[tT]imeout|Time)\W*$/.test(
    parent ? textOf({ start: parent.start, end: node.start }) : '',
  );
  const others = isTime ? [value * 10, Math.floor(value / 10)] : [value + 1, value - 1];
  return others.filter((each) => each >= 0).map((each) => instead(node, String(each)));
};

const arithmetic: Operator = ({ node, textOf }) => {
  if (node.type !== 'BinaryExpression') return [];
  const other = ARITHMETIC[node.operator];
  if (other === undefined || /['"`]/.test(textOf(node))) return [];
  return [between(node.left, node.right, ` ${other} `)];
};

const returned: Operator = ({ node, key, parent }) => {
  if (node.type === 'ReturnStatement' && node.argument && node.argument.type !== 'Literal')
    return [instead(node, 'return undefined;')];
  if (key === 'body' && parent?.type === 'ArrowFunctionExpression' && node.type !== 'BlockStatement')
    return node.type === 'Literal' ? [] : [instead(node, 'undefined')];
  return [];
};

/** Not what is compared or returned: there a word of no kind would not compile, and other operators are at work. */
const literal: Operator = (place) => {
  const { node, key, parent } = place;
  if (node.type !== 'Literal') return [];
  if (typeof node.value === 'boolean') return [instead(node, String(!node.value))];
  const isArgument = parent?.type === 'CallExpression' && key === 'arguments';
  const isValue = parent?.type === 'Property' && key === 'value';
  if (typeof node.value !== 'string' || !(isArgument || isValue)) return [];
  if (isProse(node.value) || node.value.startsWith('/') || sqlEdits(place).length > 0) return [];
  return [instead(node, node.value === '' ? "'x'" : "''")];
};

const status: Operator = ({ node }) => {
  if (node.type !== 'Literal' || typeof node.value !== 'number') return [];
  const other = STATUS[node.value];
  return other === undefined ? [] : [instead(node, String(other))];
};

const awaited: Operator = ({ node, textOf }) =>
  node.type === 'AwaitExpression' ? [instead(node, textOf(node.argument))] : [];

/** A value with several directives, such as a header's, without each of them. */
const directive: Operator = ({ node }) => {
  if (node.type !== 'Literal' || typeof node.value !== 'string' || !/^[\w=-]+(, [\w=-]+)+$/.test(node.value))
    return [];
  const parts = node.value.split(', ');
  return parts.map((part) => instead(node, `'${parts.filter((each) => each !== part).join(', ')}'`));
};

const without = (items: readonly Node[], index: number): SourceEdit => {
  const [item, next, before] = [items[index], items[index + 1], items[index - 1]];
  const { start = 0, end = 0 } = item ?? {};
  if (next) return { start, end: next.start, text: '' };
  return { start: before ? before.end : start, end, text: '' };
};

const property: Operator = ({ node, textOf }) => {
  if (node.type !== 'ObjectExpression') return [];
  const { properties } = node;
  const dropped = properties.flatMap((each, index) =>
    isMethod(each) || isCause(each) ? [] : [without(properties, index)],
  );
  const [first, ...others] = properties;
  // What comes last wins: a spread that moves behind lets others overrule what was set.
  const moved =
    first?.type === 'SpreadElement' && others.length > 0
      ? [instead(node, `{ ${[...others, first].map(textOf).join(', ')} }`)]
      : [];
  return [...dropped, ...moved];
};
/** What an error was caused by is for the log alone. */
const isCause = (each: Node): boolean =>
  each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === 'cause';
const isMethod = (each: Node): boolean => each.type === 'Property' && 'method' in each && each.method;

/** What tells things apart, one part less: the parts of a key, of a signed text, of additional data. */
const scope: Operator = (place) => {
  const { node, textOf } = place;
  if (node.type === 'ArrayExpression') {
    const elements = node.elements.filter((each) => each !== null);
    const isOfProse = elements.some((each) => each.type === 'Literal' && isProse(String(each.value)));
    return elements.length < 2 || isOfProse ? [] : elements.map((_, index) => without(elements, index));
  }
  if (node.type !== 'TemplateLiteral' || sqlEdits(place).length > 0) return [];
  if (isProse(node.quasis.map(({ value }) => value.raw).join('x'))) return [];
  return node.expressions.map((each) => ({
    start: each.start - 2,
    end: textOf({ start: each.end, end: node.end }).indexOf('}') + each.end + 1,
    text: '',
  }));
};

const statement: Operator = ({ node, parent }) => {
  if (node.type === 'ThrowStatement' && parent?.type !== 'IfStatement') return [instead(node, '{}')];
  return node.type === 'ExpressionStatement' ? [instead(node, '{}')] : [];
};

const order: Operator = ({ node, textOf }) => {
  if (node.type !== 'BlockStatement') return [];
  return node.body.flatMap((first, index) => {
    const second = node.body[index + 1];
    if (first.type !== 'ExpressionStatement' || second?.type !== 'ExpressionStatement') return [];
    const [before, after] = [textOf(first), textOf(second)];
    const isFree = isTelling(first, before) || isTelling(second, after) || areOfTwoNames(before, after);
    return !isFree ? [{ start: first.start, end: second.end, text: `${after}\n${before}` }] : [];
  });
};

/** Two values that are set under two names: which one comes first is all the same. */
function areOfTwoNames(before: string, after: string): boolean {
  const SETTING = /^([\w.#]+)\('([^']+)'/;
  const [[, setter, name], [, otherSetter, otherName]] = [
    SETTING.exec(before) ?? [],
    SETTING.exec(after) ?? [],
  ];
  return setter !== undefined && setter === otherSetter && name !== otherName;
}

const call: Operator = ({ node, textOf }) => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return [];
  const { object, property: method } = node.callee;
  if (method.type !== 'Identifier') return [];
  const other = OTHER_METHOD[method.name];
  const isChecked = object.type === 'CallExpression';
  const swapped =
    other !== undefined && !(isChecked && /^m(in|ax)$/.test(method.name)) ? [instead(method, other)] : [];
  const isPassedOn = IN_PASSING.test(method.name) && !isOf(node, /^(Math|z)$/);
  return isPassedOn
    ? [...swapped.filter(() => !/^m(in|ax)$/.test(method.name)), instead(node, textOf(object))]
    : swapped;
};
const isOf = ({ callee }: CallExpression, names: RegExp): boolean =>
  callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && names.test(callee.object.name);

const regex: Operator = ({ node }) => {
  if (node.type !== 'Literal' || !('regex' in node)) return [];
  const { pattern, flags } = node.regex;
  return [
    ...(pattern.startsWith('^') ? [instead(node, `/${pattern.slice(1)}/${flags}`)] : []),
    ...(/[^\\]\$$/.test(pattern) ? [instead(node, `/${pattern.slice(0, -1)}/${flags}`)] : []),
    ...(flags.includes('i') ? [instead(node, `/${pattern}/${flags.replace('i', '')}`)] : []),
  ];
};

const caught: Operator = ({ node, textOf }) => {
  if (node.type !== 'CatchClause') return [];
  const name = node.param ? textOf(node.param) : 'error';
  return [instead(node, 'catch {}'), instead(node, `catch (${name}) { throw ${name}; }`)];
};

const optional: Operator = ({ node, textOf }) => {
  if (node.type !== 'MemberExpression' || !node.optional) return [];
  const at = node.object.end + textOf({ start: node.object.end, end: node.end }).indexOf('?.');
  return [{ start: at, end: at + 2, text: node.computed ? '' : '.' }];
};

/** Every way in which code is made wrong, by the name under which its figures are told. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  arithmetic,
  await: awaited,
  boundary,
  call,
  catch: caught,
  comparison,
  condition,
  directive,
  literal,
  logical,
  optional,
  order,
  property,
  regex,
  return: returned,
  scope,
  sql: sqlEdits,
  statement,
  status,
};

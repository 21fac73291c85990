import { type Node, parseSync, visitorKeys } from 'oxc-parser';
import type { Mutant } from './mutants.ts';
import { type SourceEdit, type SyntaxPlace, syntaxPlacesIn } from './syntax.ts';

/** The two functions that an instrumented Worker calls, by their names in its global scope. */
export const REACHED = '__reached';
export const COMPARED = '__compared';

/** What a probe needs of a mutant. */
export type Probed = Pick<Mutant, 'id' | 'file' | 'edit'>;

interface Insertion {
  readonly at: number;
  /** Of what it is around: of two at one place the wider begins first and ends last. */
  readonly width: number;
  /** Of two that are around the same, the first is around the second. */
  readonly order: number;
  readonly isEnd: boolean;
  readonly text: string;
}

/**
 * The sources of a Worker, which behave as before and tell which of its mutants would have been felt. An expression without side
 * effects is compared with what the mutant makes of it, so that a mutant is felt where the values differ; of anything else it is
 * told that it was reached. What stands outside of every function counts where its name is used.
 *
 * @param sources by file
 * @param mutants each is told by its place among them
 * @returns the sources, and the places of those mutants that may be felt wherever a request leads
 */
export function withProbes(
  sources: ReadonlyMap<string, string>,
  mutants: readonly Probed[],
): { readonly sources: ReadonlyMap<string, string>; readonly everywhere: readonly number[] } {
  const trees = [...sources].map(([file, source]) => treeOf(file, source));
  const users = usersOfNames(trees);
  const byName = new Map<string, number[]>();
  const everywhere: number[] = [];
  for (const tree of trees)
    for (const [number, { file, edit }] of mutants.entries()) {
      if (file !== tree.file || tree.isInFunction(tree.innermost(edit))) continue;
      const names = usedThrough(tree.innermost(edit).scope, users);
      if (names === undefined) everywhere.push(number);
      for (const name of names ?? []) byName.set(name, [...(byName.get(name) ?? []), number]);
    }
  const probed = trees.map((tree) => [tree.file, probedText(tree, mutants, byName)] as const);
  return { sources: new Map(probed), everywhere };
}

function probedText(
  tree: Tree,
  mutants: readonly Probed[],
  byName: ReadonlyMap<string, readonly number[]>,
): string {
  const { source } = tree;
  const insertions: Insertion[] = [];
  const around = ({ node: { start, end } }: SyntaxPlace, before: string, after: string): void => {
    const both = { width: end - start, order: insertions.length };
    insertions.push(
      { ...both, at: start, isEnd: false, text: before },
      { ...both, at: end, isEnd: true, text: after },
    );
  };
  const reached = (place: SyntaxPlace, numbers: readonly number[]): void => {
    const call = `${REACHED}(${numbers.join(', ')})`;
    if (place.node.type === 'BlockStatement')
      insertions.push({
        at: place.node.start + 1,
        width: 0,
        order: insertions.length,
        isEnd: false,
        text: `${call}; `,
      });
    else if (isExpressionAlone(place)) around(place, `(${call}, `, ')');
    else around(place, `{ ${call}; `, ' }');
  };
  for (const [number, { file, edit }] of mutants.entries()) {
    if (file !== tree.file || !tree.isInFunction(tree.innermost(edit))) continue;
    const inner = tree.innermost(edit);
    const isConstant =
      inner.node.start === edit.start && inner.node.end === edit.end && /^(?:true|false)$/.test(edit.text);
    const compared = isConstant && inner.key === 'test' ? inner : tree.comparable(inner, edit);
    if (compared) {
      const { start, end } = compared.node;
      const text = source.slice(start, edit.start) + edit.text + source.slice(edit.end, end);
      const not = compared.key === 'test' ? '!!' : '';
      around(compared, `${COMPARED}(${not}(`, `), ${number}, () => ${not}(${text}))`);
    } else reached(tree.climbed(inner), [number]);
  }
  for (const place of tree.places) {
    if (place.node.type !== 'Identifier' || !tree.isInFunction(place)) continue;
    const numbers = byName.get(place.node.name);
    if (numbers) reached(tree.climbed(place), numbers);
  }
  return inserted(source, insertions);
}

/** Who uses a name outside of every function, and which names are used inside of one. */
interface Users {
  readonly outside: ReadonlyMap<string, ReadonlySet<string>>;
  readonly inside: ReadonlySet<string>;
}

function usersOfNames(trees: readonly Tree[]): Users {
  const outside = new Map<string, Set<string>>();
  const inside = new Set<string>();
  for (const tree of trees)
    for (const place of tree.places) {
      if (place.node.type !== 'Identifier') continue;
      const { name } = place.node;
      if (tree.isInFunction(place)) inside.add(name);
      else if (name !== place.scope) outside.set(name, (outside.get(name) ?? new Set()).add(place.scope));
    }
  return { outside, inside };
}

/** The names through which functions use a declaration; undefined where something else does, such as the entry point. */
function usedThrough(name: string, { outside, inside }: Users): ReadonlySet<string> | undefined {
  const names = new Set([name]);
  for (const each of names) {
    const users = outside.get(each);
    if (!users && !inside.has(each)) return undefined;
    for (const user of users ?? []) names.add(user);
  }
  return names;
}

interface Tree {
  readonly file: string;
  readonly source: string;
  readonly places: readonly SyntaxPlace[];
  /** The smallest node around an edit. */
  innermost(edit: SourceEdit): SyntaxPlace;
  isInFunction(place: SyntaxPlace): boolean;
  /** The largest expression around an edit that can be evaluated once more; undefined where there is none. */
  comparable(inner: SyntaxPlace, edit: SourceEdit): SyntaxPlace | undefined;
  /** The nearest place around one, itself included, that a call can be put around. */
  climbed(place: SyntaxPlace): SyntaxPlace;
}

function treeOf(file: string, source: string): Tree {
  const places = syntaxPlacesIn(file, source);
  const byNode = new Map(places.map((place) => [place.node, place]));
  const widthOf = ({ node }: SyntaxPlace): number => node.end - node.start;
  const above = function* (place: SyntaxPlace): Generator<SyntaxPlace> {
    for (let at: SyntaxPlace | undefined = place; at; at = at.parent && byNode.get(at.parent)) yield at;
  };
  return {
    file,
    source,
    places,
    innermost({ start, end }) {
      const around = places.filter(({ node }) => node.start <= start && end <= node.end);
      const [inner] = around.toSorted((a, b) => widthOf(a) - widthOf(b));
      if (!inner) throw new Error(`${file} has nothing at ${start}`);
      return inner;
    },
    isInFunction: (place) =>
      [...above(place)].some(({ parent, key }) => key === 'body' && /Function/.test(parent?.type ?? '')),
    comparable(inner, edit) {
      let largest: SyntaxPlace | undefined;
      for (const place of above(inner)) {
        const { start, end } = place.node;
        const text = source.slice(start, edit.start) + edit.text + source.slice(edit.end, end);
        if (/Statement$|Declarat/.test(place.node.type)) return largest;
        if (!isExpressionAlone(place)) continue;
        if (!isPure(place.node) || !isPureText(text)) return largest;
        largest = place;
      }
      return largest;
    },
    climbed(place) {
      const found = [...above(place)].find(
        (each) => isExpressionAlone(each) || isStatement(each) || each.node.type === 'BlockStatement',
      );
      if (!found) throw new Error(`${file}: no probe can be put around ${place.node.start}`);
      return found;
    },
  };
}

const STATEMENT = /^(?:If|Return|Throw|Expression|Switch|Try|For|ForOf|While)Statement$/;
/** A declaration would be hidden by braces around it: what is declared there is an expression of its own. */
const isStatement = ({ node, parent, key }: SyntaxPlace): boolean =>
  STATEMENT.test(node.type) &&
  ((parent?.type === 'BlockStatement' && key === 'body') ||
    (parent?.type === 'IfStatement' && key !== 'test') ||
    (parent?.type === 'SwitchCase' && key === 'consequent') ||
    (/^For/.test(parent?.type ?? '') && key === 'body'));

const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  CallExpression: ['arguments'],
  NewExpression: ['arguments'],
  VariableDeclarator: ['init'],
  ReturnStatement: ['argument'],
  IfStatement: ['test'],
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  LogicalExpression: ['left', 'right'],
  BinaryExpression: ['left', 'right'],
  ArrayExpression: ['elements'],
  Property: ['value'],
  AssignmentExpression: ['right'],
  AssignmentPattern: ['right'],
  ArrowFunctionExpression: ['body'],
  TemplateLiteral: ['expressions'],
  SpreadElement: ['argument'],
  AwaitExpression: ['argument'],
  ThrowStatement: ['argument'],
  SwitchStatement: ['discriminant'],
  ForOfStatement: ['right'],
  TSAsExpression: ['expression'],
  TSSatisfiesExpression: ['expression'],
};
const NO_EXPRESSION = /^(?:SpreadElement|BlockStatement|\w*Pattern|TS\w+)$/;

/** Whether it is an expression that a call can be put around: not what is called, assigned, or part of a chain. */
const isExpressionAlone = ({ node, parent, key }: SyntaxPlace): boolean =>
  parent !== undefined &&
  !NO_EXPRESSION.test(node.type) &&
  (POSITIONS[parent.type] ?? []).includes(key) &&
  !(parent.type === 'Property' && 'shorthand' in parent && parent.shorthand);

function inserted(source: string, insertions: readonly Insertion[]): string {
  const ordered = insertions.toSorted((a, b) => {
    if (a.at !== b.at) return a.at - b.at;
    if (a.isEnd !== b.isEnd) return a.isEnd ? -1 : 1;
    return a.isEnd ? a.width - b.width || b.order - a.order : b.width - a.width || a.order - b.order;
  });
  let from = 0;
  const parts = ordered.flatMap(({ at, text }) => {
    const before = source.slice(from, at);
    from = at;
    return [before, text];
  });
  return [...parts, source.slice(from)].join('');
}

const PURE =
  /^(?:Literal|Identifier|(?:Binary|Logical|Conditional|Member|Chain|Array|Object|Parenthesized|TS(?:As|NonNull|Satisfies))(?:Expression)|TemplateLiteral|TemplateElement|Property|SpreadElement)$/;
/** Methods of texts, arrays and patterns that change nothing and throw nothing. */
const PURE_METHOD =
  /^(?:at|charCodeAt|codePointAt|concat|endsWith|entries|every|exec|filter|find|floor|fromCodePoint|has|hasOwn|header|includes|indexOf|isArray|isInteger|isSafeInteger|join|keys|lastIndexOf|map|match|max|min|normalize|padStart|repeat|replace|replaceAll|search|slice|some|split|startsWith|stringify|test|toLowerCase|toSorted|toUpperCase|trim|values)$/;
const PURE_FUNCTION = /^(?:String|Number|Boolean)$/;

/** Whether an expression can be evaluated once more without anybody noticing. */
function isPure(node: Node): boolean {
  if (node.type === 'UnaryExpression') return node.operator !== 'delete' && isPure(node.argument);
  if (node.type === 'ArrowFunctionExpression')
    return !node.async && node.body.type !== 'BlockStatement' && isPure(node.body);
  if (node.type === 'CallExpression') {
    const { callee } = node;
    const isKnown =
      callee.type === 'MemberExpression'
        ? callee.property.type === 'Identifier' &&
          PURE_METHOD.test(callee.property.name) &&
          isPure(callee.object)
        : callee.type === 'Identifier' && PURE_FUNCTION.test(callee.name);
    return isKnown && node.arguments.every(isPure);
  }
  return PURE.test(node.type) && childrenOf(node).every(isPure);
}

/** The same of the text of one. */
function isPureText(text: string): boolean {
  const { program, errors } = parseSync('expression.ts', `(${text});`);
  const [statement] = program.body;
  return errors.length === 0 && statement?.type === 'ExpressionStatement' && isPure(statement.expression);
}

const childrenOf = (node: Node): readonly Node[] =>
  (visitorKeys[node.type] ?? [])
    .flatMap((key): unknown[] => [Reflect.get(node, key)].flat())
    .filter((each): each is Node => typeof each === 'object' && each !== null && 'type' in each)
    .filter(({ type }) => !/^TS(?:\w*Type|TypeReference|TypeAnnotation|\w+Keyword)/.test(type));

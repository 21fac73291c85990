import { type Node, parseSync, visitorKeys } from 'oxc-parser';

/** A place in a source: the text between two offsets becomes another. */
export interface SourceEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A node of a syntax tree, and where it stands. */
export interface SyntaxPlace {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** The name in the parent under which the node is. */
  readonly key: string;
  /** The function, method or constant of the module that it is part of. */
  readonly scope: string;
  /** The source of a node. */
  textOf(node: { readonly start: number; readonly end: number }): string;
}

/** Types, imports and exports of other modules do nothing at run time. */
const WITHOUT_EFFECT = /^(TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|Import)/;

/**
 * Everything in a TypeScript source that does something when it runs, outermost first.
 *
 * @throws Error for a source that is none
 */
export function syntaxPlacesIn(file: string, source: string): readonly SyntaxPlace[] {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file} cannot be read: ${errors[0].message}`);
  const textOf: SyntaxPlace['textOf'] = ({ start, end }) => source.slice(start, end);
  const places: SyntaxPlace[] = [];
  const visit = (node: Node, parent: Node | undefined, key: string, scope: string): void => {
    if (WITHOUT_EFFECT.test(node.type)) return;
    places.push({ node, parent, key, scope, textOf });
    const inner = scope === 'module' ? (nameOf(node) ?? scope) : scope;
    for (const name of visitorKeys[node.type] ?? [])
      for (const child of childrenOf(node, name)) visit(child, node, name, inner);
  };
  visit(program, undefined, '', 'module');
  return places;
}

/**
 * Whether it tells a log or Server-Timing something, which people read who look into the Worker: nothing is promised of it.
 *
 * @param text its source
 */
export const isTelling = ({ type }: Node, text: string): boolean =>
  /^(?:Expression|Call)/.test(type) && /^(?:console\.\w+|setMetric)\(/.test(text);

function childrenOf(node: Node, key: string): readonly Node[] {
  const value: unknown = Reflect.get(node, key);
  return [value].flat().filter((each): each is Node => typeof each === 'object' && each !== null);
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return node.id?.name;
  if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') return node.id.name;
  return undefined;
}

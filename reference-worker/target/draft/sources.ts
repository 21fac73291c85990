import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Node, parseSync, visitorKeys } from 'oxc-parser';

/** The sources of a Worker that its main module leads to, each parsed. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly program: Node;
  /** What is imported from other sources: by local name, whence and under which name. */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
}

/** A source that is not there, or that cannot be parsed, is left out: a draft says what it could tell, and no more. */
export function readSources(main: string): readonly SourceFile[] {
  const known = new Map<string, SourceFile>();
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (known.has(file) || !existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    const { program, errors } = parseSync(file, text);
    if (errors.length > 0) continue;
    const imports = new Map<string, { file: string; name: string }>();
    for (const node of nodesIn(program)) {
      if (node.type !== 'ImportDeclaration') continue;
      const from = fileOf(file, node.source.value);
      if (from === undefined) continue;
      waiting.push(from);
      for (const specifier of node.specifiers)
        imports.set(specifier.local.name, {
          file: from,
          name:
            specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier'
              ? specifier.imported.name
              : 'default',
        });
    }
    known.set(file, { file, text, program, imports });
  }
  return [...known.values()];
}

/** As a bundler finds it; undefined for a package. */
function fileOf(importer: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = join(dirname(importer), specifier);
  const withoutJs = path.replace(/\.js$/, '');
  const candidates = [
    path,
    ...['.ts', '.tsx', '.js', '.mjs', '/index.ts', '/index.js'].map((end) => withoutJs + end),
  ];
  return candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** A node and all below it, each before those below it. */
export function* nodesIn(node: Node): Generator<Node> {
  yield node;
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = Reflect.get(node, key);
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesIn(child);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** The text of a literal, or of a template without values. */
export function textOfLiteral(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The name of what is called, as `query` in `c.req.query('q')`. */
export function calledName(node: Node): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const { callee } = node;
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
    ? callee.property.name
    : undefined;
}

/** The names of an object's members, of a literal or a pattern. */
export const memberNames = (node: Node | null | undefined): string[] =>
  node?.type === 'ObjectExpression' || node?.type === 'ObjectPattern'
    ? node.properties.flatMap((property) =>
        property.type === 'Property' && property.key.type === 'Identifier' ? [property.key.name] : [],
      )
    : [];

import type { CallExpression, Node } from 'oxc-parser';
import { calledName, memberNames, nodesIn, type SourceFile, textOfLiteral } from './sources.ts';

/** A route as a router is told it: with what its handler shows of requests and answers, where that can be seen. */
export interface FoundRoute {
  /** In capitals. */
  readonly method: string;
  /** As in `/books/:id`. */
  readonly path: string;
  /** Parameters of the search that it reads. */
  readonly queries: readonly string[];
  /** Members of the JSON that it takes. */
  readonly takes: readonly string[];
  /** Members of each JSON object that it gives. */
  readonly gives: readonly (readonly string[])[];
  /** Whether it takes a form instead of JSON. */
  readonly isForm: boolean;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

interface Router {
  readonly routes: FoundRoute[];
  readonly mounted: { readonly prefix: string; readonly at: string }[];
  base: string;
}

/** Routes in the manner of Hono and its like: `app.get('/books/:id', ...)`, `.route('/books', books)`, `.basePath('/api')`. */
export function routesIn(sources: readonly SourceFile[]): readonly FoundRoute[] {
  const routers = new Map<string, Router>();
  const routerAt = (key: string): Router => {
    const known = routers.get(key) ?? { routes: [], mounted: [], base: '' };
    routers.set(key, known);
    return known;
  };
  const aliases = new Map<string, string>();
  for (const source of sources) collect(source, routerAt, aliases);
  const real = (key: string): string => aliases.get(key) ?? key;
  const mounted = new Set([...routers.values()].flatMap(({ mounted: all }) => all.map(({ at }) => real(at))));
  const routesOf = (key: string, prefix: string, depth = 0): readonly FoundRoute[] => {
    const router = routers.get(real(key));
    if (!router || depth > routers.size) return [];
    const begin = joined(prefix, router.base);
    return [
      ...router.routes.map((route) => ({ ...route, path: joined(begin, route.path) })),
      ...router.mounted.flatMap((each) => routesOf(each.at, joined(begin, each.prefix), depth + 1)),
    ];
  };
  return [...routers.keys()].filter((key) => !mounted.has(key)).flatMap((key) => routesOf(key, ''));
}

const joined = (prefix: string, path: string): string =>
  `${prefix}${path === '/' && prefix !== '' ? '' : path}`.replaceAll('//', '/');

function collect(
  { file, program, imports }: SourceFile,
  routerAt: (key: string) => Router,
  aliases: Map<string, string>,
): void {
  const ownerOf = new Map<Node, string>();
  const keyOf = (name: string): string => {
    const imported = imports.get(name);
    return imported ? `${imported.file}#${imported.name}` : `${file}#${name}`;
  };
  for (const node of nodesIn(program)) {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init)
      ownerOf.set(rootOf(node.init), `${file}#${node.id.name}`);
    if (node.type === 'ExportDefaultDeclaration') {
      const { declaration } = node;
      if (declaration.type === 'Identifier') aliases.set(`${file}#default`, keyOf(declaration.name));
      else ownerOf.set(rootOf(declaration), `${file}#default`);
    }
    const name = calledName(node);
    if (node.type !== 'CallExpression' || name === undefined) continue;
    const [first, second] = node.arguments;
    if (name === 'createRoute') {
      const described = describedRoute(first);
      if (described) routerAt(`${file}#createRoute`).routes.push(described);
      continue;
    }
    const path = textOfLiteral(first);
    if (path === undefined || !path.startsWith('/') || node.callee.type !== 'MemberExpression') continue;
    const root = rootOf(node);
    const owner = root.type === 'Identifier' ? keyOf(root.name) : ownerOf.get(root);
    if (owner === undefined) continue;
    if (METHODS.includes(name)) routerAt(owner).routes.push(routeOf(name, path, node, program));
    if (name === 'basePath') routerAt(owner).base = path;
    if (name === 'route' && second?.type === 'Identifier')
      routerAt(owner).mounted.push({ prefix: path, at: keyOf(second.name) });
  }
}

/** What a chain of calls begins with, as `app` in `app.get(...).post(...)`. */
function rootOf(node: Node): Node {
  if (node.type === 'CallExpression') return rootOf(node.callee);
  return node.type === 'MemberExpression' ? rootOf(node.object) : node;
}

/** `createRoute({ method: 'get', path: '/books/{id}' })`, as @hono/zod-openapi has it. */
function describedRoute(node: Node | undefined): FoundRoute | undefined {
  if (node?.type !== 'ObjectExpression') return undefined;
  const member = (name: string): string | undefined => {
    const property = node.properties.find(
      (each) => each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === name,
    );
    return property?.type === 'Property' ? textOfLiteral(property.value) : undefined;
  };
  const [method, path] = [member('method'), member('path')];
  if (method === undefined || path === undefined) return undefined;
  return {
    ...{ method: method.toUpperCase(), path: path.replaceAll(/\{(\w+)\}/g, ':$1') },
    ...{ queries: [], takes: [], gives: [], isForm: false },
  };
}

function routeOf(method: string, path: string, call: CallExpression, program: Node): FoundRoute {
  const handlers = call.arguments
    .slice(1)
    .map((each) => (each.type === 'Identifier' ? named(each.name, program) : each));
  const nodes = handlers.flatMap((handler) => (handler ? [...nodesIn(handler)] : []));
  const queries = nodes.flatMap((node) =>
    node.type === 'CallExpression' && calledName(node) === 'query'
      ? (textOfLiteral(node.arguments[0]) ?? [])
      : [],
  );
  const taken = nodes.flatMap((node) => {
    if (node.type !== 'VariableDeclarator' || !node.init) return [];
    const isQuery = [...nodesIn(node.init)].some((each) =>
      ['query', 'parse'].includes(calledName(each) ?? ''),
    );
    const isJson = [...nodesIn(node.init)].some((each) =>
      ['json', 'valid', 'parseBody', 'formData', 'text'].includes(calledName(each) ?? ''),
    );
    if (!isJson && !isQuery) return [];
    const names = node.id.type === 'Identifier' ? takenFrom(node.id.name, nodes) : memberNames(node.id);
    return [{ names, isJson }];
  });
  const isForm = nodes.some(
    (node) =>
      ['parseBody', 'formData'].includes(calledName(node) ?? '') ||
      (node.type === 'NewExpression' &&
        node.callee.type === 'Identifier' &&
        node.callee.name === 'URLSearchParams'),
  );
  return {
    ...{ method: method.toUpperCase(), path, isForm: isForm && method !== 'get' },
    queries: [
      ...new Set([...queries, ...taken.filter(({ isJson }) => !isJson).flatMap(({ names }) => names)]),
    ],
    takes: [...new Set(taken.filter(({ isJson }) => isJson).flatMap(({ names }) => names))],
    gives: nodes.flatMap((node) => {
      if (node.type !== 'CallExpression' || calledName(node) !== 'json' || node.arguments.length === 0)
        return [];
      const names = memberNames(node.arguments[0]);
      return names.includes('error') ? [] : [names];
    }),
  };
}

/** What is read of a body, or of the data that a parser has made of it. */
function takenFrom(name: string, nodes: readonly Node[]): string[] {
  const read = membersRead(name, nodes);
  if (!read.includes('data')) return read;
  const isData = (node: Node | null): boolean =>
    node?.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === name &&
    node.property.type === 'Identifier' &&
    node.property.name === 'data';
  return nodes.flatMap((node) => {
    if (node.type === 'VariableDeclarator' && isData(node.init)) return memberNames(node.id);
    const { type } = node;
    return type === 'MemberExpression' && isData(node.object) && node.property.type === 'Identifier'
      ? [node.property.name]
      : [];
  });
}

const membersRead = (name: string, nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) =>
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === name &&
    node.property.type === 'Identifier'
      ? [node.property.name]
      : [],
  );

/** A function that stands elsewhere in the same file. */
function named(name: string, program: Node): Node | undefined {
  for (const node of nodesIn(program)) {
    if (node.type === 'FunctionDeclaration' && node.id?.name === name) return node;
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === name)
      return node.init ?? undefined;
  }
  return undefined;
}

import type { Node } from 'oxc-parser';
import { calledName, nodesIn, type SourceFile, textOfLiteral } from './sources.ts';

/** What a field of a JSON body may hold, as a schema of zod has it. */
export type FieldKind =
  | 'text'
  | 'number'
  | 'boolean'
  | { readonly oneOf: string }
  | { readonly format: Format };
/** What a text must look like. */
export type Format = 'url' | 'email' | 'uuid' | 'date' | 'date-time';

/** What the sources of a Worker show beside its routes. */
export interface Hints {
  /** Names of headers that are read, in lower case. */
  readonly headers: readonly string[];
  readonly cookies: readonly string[];
  /** Bodies that are taken, by field: each schema of an object; undefined: anything. */
  readonly shapes: readonly Readonly<Record<string, FieldKind | undefined>>[];
  readonly usesSessions: boolean;
  readonly neverStores: boolean;
  /** The var with the secret of JSON web tokens, and the claim that is looked at. */
  readonly jwt: { readonly secret: string; readonly claim: string } | undefined;
  readonly hashes: boolean;
  /** Whether names and passwords come by basic authentication (RFC 7617). */
  readonly usesBasic: boolean;
  /** All texts of all sources, SQL among them. */
  readonly text: string;
}

const READS_HEADER = ['header', 'get', 'has'];
const COOKIES = ['getCookie', 'getSignedCookie', 'setCookie', 'setSignedCookie'];

export function hintsIn(sources: readonly SourceFile[]): Hints {
  const text = sources.map((source) => source.text).join('\n');
  const headers = new Set<string>();
  const cookies = new Set<string>();
  const shapes: Hints['shapes'][number][] = [];
  for (const { program } of sources)
    for (const node of nodesIn(program)) {
      const name = calledName(node);
      if (node.type !== 'CallExpression' || name === undefined) continue;
      const texts = node.arguments.flatMap((argument) => textOfLiteral(argument) ?? []);
      if (READS_HEADER.includes(name) && texts.length === 1 && isOfHeaders(node.callee))
        headers.add(texts[0]?.toLowerCase() ?? '');
      if (name === 'bearerAuth') headers.add('authorization');
      // In both the name comes right after the context, and a secret after that; but for getSignedCookie.
      const cookieName = name === 'getSignedCookie' ? texts.at(-1) : texts[0];
      if (COOKIES.includes(name) && cookieName !== undefined) cookies.add(cookieName);
      if (name === 'object' || name === 'strictObject') shapes.push(shapeOf(node.arguments[0]));
    }
  return {
    ...{ headers: [...headers], cookies: [...cookies], shapes, text },
    usesSessions: text.includes('.withSession('),
    neverStores: /private, no-store/i.test(text),
    jwt: jwtIn(text),
    hashes: /\bdigest\(|\bcreateHash\(/.test(text),
    usesBasic: /\bbasicAuth\(|['"`/^]Basic\b/.test(text),
  };
}

/** `c.req.header(...)`, `request.headers.get(...)`: not `c.header(...)`, which sets one. */
const isOfHeaders = (callee: Node): boolean =>
  callee.type === 'MemberExpression' &&
  callee.object.type === 'MemberExpression' &&
  callee.object.property.type === 'Identifier' &&
  ['req', 'headers'].includes(callee.object.property.name);

function jwtIn(text: string): Hints['jwt'] {
  if (!/from ['"](hono\/jwt|jose|@tsndr\/cloudflare-worker-jwt)['"]/.test(text)) return undefined;
  const secret = /\benv\.(\w*(?:SECRET|KEY)\w*)/.exec(text)?.[1];
  const claim = /(?:payload|jwtPayload['"]?\)?|claims)\.(\w+)/i.exec(text)?.[1] ?? 'sub';
  return secret === undefined ? undefined : { secret, claim };
}

function shapeOf(node: Node | undefined): Hints['shapes'][number] {
  if (node?.type !== 'ObjectExpression') return {};
  return Object.fromEntries(
    node.properties.flatMap((property) => {
      if (property.type !== 'Property' || property.key.type !== 'Identifier') return [];
      const calls = [...nodesIn(property.value)].flatMap((each) => calledName(each) ?? []);
      const kind = kindOf(property.key.name, calls, property.value);
      // What is named elsewhere may be anything; what is none of these is no plain value.
      return kind === undefined && calls.length > 0 ? [] : [[property.key.name, kind]];
    }),
  );
}

const FORMATS: Readonly<Record<string, Format>> = {
  ...{ url: 'url', httpUrl: 'url', email: 'email', uuid: 'uuid', guid: 'uuid' },
  ...{ date: 'date', datetime: 'date-time' },
};
/** What a pattern is for, no parser tells; but for a day's name it is that of a day. */
const OF_A_DAY = /(_on|On|date|Date|day|Day)$/;

function kindOf(name: string, calls: readonly string[], value: Node): FieldKind | undefined {
  if (calls.includes('enum')) {
    const [first] = [...nodesIn(value)].flatMap((each) => textOfLiteral(each) ?? []);
    return first === undefined ? undefined : { oneOf: first };
  }
  if (calls.some((name) => ['number', 'int', 'bigint'].includes(name))) return 'number';
  if (calls.includes('boolean')) return 'boolean';
  const [format] = calls.flatMap((each) => FORMATS[each] ?? []);
  if (format !== undefined) return { format };
  if (calls.includes('regex') && OF_A_DAY.test(name)) return { format: 'date' };
  return calls.includes('string') ? 'text' : undefined;
}

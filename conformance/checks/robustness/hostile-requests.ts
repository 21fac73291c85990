import fc from 'fast-check';
import {
  encode,
  type HttpRequest,
  type Operation,
  type System,
} from '../../../reference-worker/target/index.ts';
import { DEEP_JSON, JSON_TEXTS, RAW_TEXTS } from './hostile-texts.ts';

/** One thing that is wrong with a request. */
export type Flaw =
  | { readonly kind: 'method'; readonly method: string }
  | { readonly kind: 'path'; readonly end: string }
  | { readonly kind: 'search'; readonly name: string; readonly value: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'body'; readonly text: string }
  /** The n-th value in the JSON of the body, counted round. */
  | { readonly kind: 'value'; readonly position: number; readonly text: string };

/** An operation with something wrong about it, most of the time. */
export interface HostileRequest {
  readonly operation: Operation;
  readonly flaws: readonly Flaw[];
}

// CONNECT is not among them: it asks for a tunnel, and HTTP clients treat it so.
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'];
/** Beside the names that the Worker's own lists have. */
const SEARCH_NAMES = ['.prefix', 'limit', 'sort', 'cursor', 'id', '__proto__', 'x'];

const rawText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...RAW_TEXTS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: 'binary' }).map(lineSafe) },
);
/** JSON of which one character is another one. */
const nearlyJson = fc
  .tuple(fc.json({ maxDepth: 2 }), fc.nat(), fc.constantFrom('', '\\', '"', '{', ']', ',', '\u0001'))
  .map(
    ([json, at, other]) => `${json.slice(0, at % json.length)}${other}${json.slice((at % json.length) + 1)}`,
  );
const jsonText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...JSON_TEXTS) },
  { weight: 2, arbitrary: nearlyJson },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
);
const headerText = rawText.map((text) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '?'));

/** @param operations on one document, one of each kind that the system has a route for */
export function hostileRequests(
  operations: readonly Operation[],
  system: System,
): fc.Arbitrary<HostileRequest> {
  const headerNames = [
    'if-match',
    'if-none-match',
    'content-type',
    'accept',
    'range',
    system.request.bookmarkHeader ?? 'cookie',
  ];
  const flaw: fc.Arbitrary<Flaw> = fc.oneof(
    fc.record({ kind: fc.constant('method' as const), method: fc.constantFrom(...METHODS) }),
    fc.record({ kind: fc.constant('path' as const), end: rawText }),
    fc.record({
      kind: fc.constant('search' as const),
      name: fc.constantFrom(...searchNamesOf(operations, system), ...SEARCH_NAMES),
      value: rawText,
    }),
    fc.record({
      kind: fc.constant('header' as const),
      name: fc.constantFrom(...headerNames),
      value: headerText,
    }),
    fc.record({ kind: fc.constant('body' as const), text: jsonText }),
    fc.record({ kind: fc.constant('value' as const), position: fc.nat(9), text: jsonText }),
  );
  const flaws = fc.array(flaw, { minLength: 1, maxLength: 3 });
  return fc.record({ operation: fc.constantFrom(...operations), flaws });
}

/** What a list by a value, and by a prefix where it is another name, is asked with. */
function searchNamesOf(operations: readonly Operation[], system: System): readonly string[] {
  const filtered = operations.flatMap((operation): Operation[] => {
    if (operation.kind !== 'list' || !operation.filter) return [];
    return [operation, { ...operation, filter: { field: operation.filter.field, prefix: 'x' } }];
  });
  const names = filtered.flatMap((operation) => [
    ...new URL(encode(system, operation).path, 'http://localhost').searchParams.keys(),
  ]);
  return [...new Set(names)];
}

/** Cases that every run tries before it draws others: each has broken a Worker somewhere. */
export const knownHostile = (operations: readonly Operation[]): HostileRequest[] =>
  operations.flatMap((operation) => {
    const flaws: Flaw[] =
      operation.kind === 'list' || operation.kind === 'join'
        ? [
            { kind: 'search', name: 'limit', value: '5&limit=6' },
            { kind: 'search', name: 'cursor', value: 'a.%21' },
            { kind: 'search', name: 'sort', value: '__proto__' },
            // What is called otherwise is not there.
            { kind: 'path', end: 'x' },
          ]
        : operation.kind === 'read' || operation.kind === 'delete'
          ? [
              { kind: 'path', end: '%ff' },
              { kind: 'header', name: 'if-match', value: '"' },
            ]
          : [
              { kind: 'search', name: 'x', value: '1&x=2' },
              { kind: 'body', text: '{' },
              { kind: 'body', text: '{"\\x":1}' },
              { kind: 'body', text: 'null' },
              { kind: 'value', position: operation.kind === 'batch' ? 3 : 0, text: '{"__proto__":{"a":1}}' },
              { kind: 'value', position: 0, text: 'null' },
              ...DEEP_JSON.map(
                (text): Flaw => ({
                  kind: 'value',
                  position: operation.kind === 'batch' ? 3 : operation.kind === 'create' ? 1 : 0,
                  text,
                }),
              ),
              { kind: 'value', position: 0, text: '"\\u0000"' },
            ];
    const spelt: Flaw = { kind: 'header', name: 'content-type', value: 'Application/JSON ;x=y' };
    return [
      ...flaws.map((flaw) => ({ operation, flaws: [flaw] })),
      // The same body under a type that is spelt in another way (RFC 9110, section 8.3.1) is held to the same schema.
      ...flaws.flatMap((flaw) =>
        flaw.kind === 'body' || flaw.kind === 'value' ? [{ operation, flaws: [spelt, flaw] }] : [],
      ),
    ];
  });

/** The request, with its flaws in their order. */
export function hostileRequest(system: System, { operation, flaws }: HostileRequest): HttpRequest {
  return flaws.reduce<HttpRequest>(withFlaw, encode(system, operation));
}

function withFlaw(request: HttpRequest, flaw: Flaw): HttpRequest {
  switch (flaw.kind) {
    case 'method':
      return { ...request, method: flaw.method };
    case 'path': {
      const [path = '', search] = request.path.split('?', 2);
      return { ...request, path: `${path}${flaw.end}${search === undefined ? '' : `?${search}`}` };
    }
    case 'search':
      return {
        ...request,
        path: `${request.path}${request.path.includes('?') ? '&' : '?'}${flaw.name}=${flaw.value}`,
      };
    case 'header':
      return { ...request, headers: { ...request.headers, [flaw.name]: flaw.value } };
    case 'body':
      return { ...request, body: flaw.text };
    case 'value':
      return { ...request, body: request.body && withValue(request.body, flaw.position, flaw.text) };
  }
}

/** A value in JSON that encode has written: a text, a number, or an object without objects in it. */
const VALUE = /(?<=:)(?:"[^"]*"|\d+|\{[^{}]*\})/g;

function withValue(json: string, position: number, text: string): string {
  const count = json.match(VALUE)?.length ?? 0;
  let index = -1;
  return json.replace(VALUE, (value) => {
    index += 1;
    return index === position % count ? text : value;
  });
}

/** What HTTP lets stand in a request line, which ends at a blank; the rest escaped. */
function lineSafe(text: string): string {
  return Array.from(text, (character) =>
    /[\x21-\x7e]/.test(character) && character !== '#'
      ? character
      : encodeURIComponent(wellFormed(character)),
  ).join('');
}

const wellFormed = (character: string): string =>
  /[\ud800-\udfff]/.test(character) && character.length === 1 ? '?' : character;

import type { HttpResponse } from '../../../reference-worker/target/index.ts';

/** Caches obey these before Cache-Control where they are theirs (RFC 9213; Surrogate-Control is what came before). */
const TARGETED = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control'];

/** No answer to these is cacheable (RFC 9110, sections 9.3.4 to 9.3.8). */
const NEVER_CACHEABLE: ReadonlySet<string> = new Set(['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);
/** Answers to others than these only where they say for how long (RFC 9110, section 9.3.3, and RFC 5789). */
const HEURISTIC_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
/** Statuses that a cache may keep without being told for how long (RFC 9110, section 15.1). */
const HEURISTIC_STATUSES: ReadonlySet<number> = new Set([
  200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501,
]);

export interface Sharing {
  /** Of the request. */
  readonly method: string;
  /** The request headers, in lower case, that tell who is asking. */
  readonly identifiedBy: readonly string[];
  /** Whether each answer must say all that there is to say, whatever the standard says of it anyway. */
  readonly isStrict: boolean;
}

/** Why a cache that several users share might store a response, or has; undefined when it must not. */
export function sharingFlaw(
  { status, headers }: HttpResponse,
  { method, identifiedBy, isStrict }: Sharing,
): string | undefined {
  const cacheControl = headers['cache-control'];
  if (!isStrict && NEVER_CACHEABLE.has(method)) return ageFlaw(headers);
  const mayGuess = HEURISTIC_METHODS.has(method) && HEURISTIC_STATUSES.has(status);
  if (cacheControl === undefined && (isStrict || mayGuess || headers.expires !== undefined))
    return 'it has no Cache-Control, so a cache may keep it for hours';
  const said = itemsOf(cacheControl ?? 'private');
  const missing = ['private', 'no-store'].filter((directive) => !said.includes(directive));
  // Either is enough (RFC 9111, sections 5.2.2.5 and 5.2.2.7).
  if (missing.length > (isStrict ? 0 : 1)) return `its Cache-Control lacks ${missing[0]}: ${cacheControl}`;
  const opposite = said.find((directive) => /^(public|s-maxage|proxy-revalidate)\b/.test(directive));
  if (opposite) return `its Cache-Control says ${opposite} as well: ${cacheControl}`;
  const targeted = TARGETED.find((name) => {
    const value = headers[name];
    return value !== undefined && !itemsOf(value).some((item) => item === 'no-store' || item === 'private');
  });
  if (targeted) return `its ${targeted}, which a cache obeys first, says ${headers[targeted]}`;
  const vary = itemsOf(headers.vary ?? '');
  const isNamed = (name: string): boolean => vary.includes('*') || vary.includes(name);
  // What no shared cache stores needs no key there.
  const unnamed = isStrict ? identifiedBy.find((name) => !isNamed(name)) : undefined;
  if (unnamed) return `its Vary does not name ${unnamed}, which tells who is asking`;
  return ageFlaw(headers);
}

const ageFlaw = ({ age }: HttpResponse['headers']): string | undefined =>
  age === undefined ? undefined : `a cache has answered it already: its Age is ${age} s`;

const itemsOf = (header: string): readonly string[] =>
  header.split(',').map((item) => item.trim().toLowerCase());

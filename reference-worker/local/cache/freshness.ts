/** Header names in lower case; what was sent more than once is joined with `, `. */
export type CacheHeaders = Readonly<Record<string, string>>;

/** What a shared cache decides by. */
export interface Cacheable {
  readonly status: number;
  readonly headers: CacheHeaders;
  /** Whether the request had an Authorization header. */
  readonly isAuthorized: boolean;
}

/** For how long a stored response may be used; milliseconds. */
export interface Lifetime {
  readonly freshMs: number;
  /** While it is replaced, after it has gone stale. */
  readonly staleWhileRevalidateMs: number;
  /** While the Worker fails, after it has gone stale. */
  readonly staleIfErrorMs: number;
  /** How old it was when it was stored. */
  readonly ageMs: number;
  /** Cache-Control asks for Set-Cookie to be left out of what is stored. */
  readonly isWithoutCookies: boolean;
}

/**
 * How long a response lasts that says nothing about it, by its status; seconds. Others are not stored then
 * (developers.cloudflare.com/workers/cache/configuration, "Cache-Control semantics").
 */
const HEURISTIC_SECONDS: Readonly<Record<number, number>> = {
  200: 7_200,
  203: 7_200,
  204: 7_200,
  300: 1_200,
  301: 1_200,
  404: 180,
  405: 60,
  410: 180,
  414: 60,
  501: 60,
};

/** Of several headers the most specific one counts (RFC 9213, and Cloudflare's own header before it). */
const CONTROL_HEADERS = ['cloudflare-cdn-cache-control', 'cdn-cache-control', 'cache-control'] as const;

/**
 * For how long a cache that all users share may keep a response (RFC 9111), as Cloudflare's does.
 *
 * @param wallMs the time on the clock by which the Worker writes dates, for an `Expires` without a `Date`
 * @returns why it must not be kept, as a clause, where it must not
 */
export function lifetimeOf(response: Cacheable, wallMs: number): Lifetime | string {
  const { status, headers, isAuthorized } = response;
  if (status === 206 || status === 304) return `a ${status} is a part of an answer`;
  if (status >= 520 && status <= 526) return `a ${status} is a failure of the edge`;
  if (headers.vary?.includes('*')) return 'it varies by everything (Vary: *)';
  const directives = directivesOf(CONTROL_HEADERS.map((name) => headers[name]).find(isGiven) ?? '');
  if (directives.has('no-store')) return 'it says no-store';
  const isWithoutCookies = ['private', 'no-cache'].some((name) => namesCookiesOnly(directives.get(name)));
  if (directives.has('private') && !namesCookiesOnly(directives.get('private'))) return 'it says private';
  if (headers['set-cookie'] !== undefined && !isWithoutCookies) return 'it sets a cookie';
  if (isAuthorized && !['public', 'must-revalidate', 's-maxage'].some((name) => directives.has(name)))
    return 'its request had an Authorization header (RFC 9111, section 3.5)';
  const freshMs = freshnessMs(response, directives, wallMs);
  if (freshMs === undefined) return `a ${status} is not kept unless it says for how long`;
  const mayBeStale = !['s-maxage', 'must-revalidate', 'proxy-revalidate'].some((name) =>
    directives.has(name),
  );
  const staleMs = (name: string, otherwise: number): number =>
    mayBeStale ? (secondsIn(directives, name) ?? otherwise) * 1_000 : 0;
  return {
    freshMs: directives.has('no-cache') && !namesCookiesOnly(directives.get('no-cache')) ? 0 : freshMs,
    staleWhileRevalidateMs: staleMs('stale-while-revalidate', 0),
    // Without the directive a stale answer stands in for as long as the Worker fails.
    staleIfErrorMs: staleMs('stale-if-error', Number.POSITIVE_INFINITY),
    ageMs: Number(/^\d+$/.exec(headers.age ?? '')?.[0] ?? 0) * 1_000,
    isWithoutCookies,
  };
}

function freshnessMs(
  { status, headers }: Cacheable,
  directives: ReadonlyMap<string, string>,
  wallMs: number,
): number | undefined {
  for (const name of ['s-maxage', 'max-age'])
    if (directives.has(name)) return (secondsIn(directives, name) ?? 0) * 1_000;
  if (headers.expires !== undefined) {
    const date = Date.parse(headers.date ?? '');
    const lastsMs = Date.parse(headers.expires) - (Number.isNaN(date) ? wallMs : date);
    // An invalid date, as in `Expires: 0`, is in the past (RFC 9111, section 5.3).
    return Number.isNaN(lastsMs) ? 0 : Math.max(0, lastsMs);
  }
  // `public` alone makes an answer cacheable and leaves the time to the cache (RFC 9111, section 4.2.2).
  if (directives.size > 0 && !directives.has('public')) return 0;
  const seconds = HEURISTIC_SECONDS[status];
  return seconds === undefined ? undefined : seconds * 1_000;
}

const isGiven = (value: string | undefined): value is string => value !== undefined;

const secondsIn = (directives: ReadonlyMap<string, string>, name: string): number | undefined => {
  const value = directives.get(name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
};

const namesCookiesOnly = (value: string | undefined): boolean => value?.trim().toLowerCase() === 'set-cookie';

/** Names in lower case; an empty text where a directive has no value. The first of two with one name counts. */
function directivesOf(header: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const [, name = '', quoted, plain] of header.matchAll(
    /([^\s,;="]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;"]*)))?/g,
  ))
    if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), quoted ?? plain ?? '');
  return directives;
}

import type { CacheHeaders } from './freshness.ts';
import type { StoredResponse } from './stored-responses.ts';

/**
 * What a cache answers a request with that is conditional, or wants a part (RFC 9110, sections 13 and 14): the
 * stored response, a 304, a 206 or a 416. Several ranges at once are answered with the whole, as a server may.
 */
export function selected(response: StoredResponse, request: CacheHeaders): StoredResponse {
  if (response.status !== 200) return response;
  if (isUnchanged(response, request))
    return { ...bodiless(response), status: 304, statusText: 'Not Modified' };
  // Only of a response that says how long it is (developers.cloudflare.com/workers/runtime-apis/cache, "match").
  const range = headerOf(response, 'content-length') === undefined ? undefined : request.range;
  return range === undefined ? response : partOf(response, range);
}

function isUnchanged(response: StoredResponse, request: CacheHeaders): boolean {
  const etag = headerOf(response, 'etag');
  const ifNoneMatch = request['if-none-match'];
  // Where both conditions are there the first one alone counts.
  if (ifNoneMatch !== undefined) {
    const wanted = ifNoneMatch.split(',').map((each) => opaque(each));
    return ifNoneMatch.trim() === '*' || (etag !== undefined && wanted.includes(opaque(etag)));
  }
  const modified = Date.parse(headerOf(response, 'last-modified') ?? '');
  return modified <= Date.parse(request['if-modified-since'] ?? '');
}

/** Without what makes it weak: this comparison does not tell. */
const opaque = (etag: string): string => etag.trim().replace(/^W\//, '');

function partOf(response: StoredResponse, range: string): StoredResponse {
  const size = response.body.length;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range.trim()) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return response;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  // A range that ends before it begins is none.
  if (first !== '' && last !== '' && Number(last) < Number(first)) return response;
  const isSatisfiable = start < size && !(first === '' && Number(last) === 0);
  const headers = [
    ...bodiless(response).headers,
    ['content-range', isSatisfiable ? `bytes ${start}-${end}/${size}` : `bytes */${size}`] as const,
  ];
  return isSatisfiable
    ? { status: 206, statusText: 'Partial Content', headers, body: response.body.subarray(start, end + 1) }
    : { status: 416, statusText: 'Range Not Satisfiable', headers, body: Buffer.alloc(0) };
}

const bodiless = (response: StoredResponse): StoredResponse => ({
  ...response,
  headers: response.headers.filter(([name]) => name.toLowerCase() !== 'content-length'),
  body: Buffer.alloc(0),
});

const headerOf = ({ headers }: StoredResponse, wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1];

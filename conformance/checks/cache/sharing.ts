import type { HttpResponse } from '../../contract/index.ts';

/** Caches obey these before Cache-Control where they are theirs (RFC 9213; Surrogate-Control is what came before). */
const TARGETED = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control'];

/**
 * Why a cache that several users share might store a response, or has.
 *
 * @param identifiedBy the request headers, in lower case, that tell who is asking
 * @returns undefined when it must not
 */
export function sharingFlaw({ headers }: HttpResponse, identifiedBy: readonly string[]): string | undefined {
  const cacheControl = headers['cache-control'];
  if (cacheControl === undefined) return 'it has no Cache-Control, so a cache may keep it for hours';
  const said = itemsOf(cacheControl);
  const missing = ['private', 'no-store'].find((directive) => !said.includes(directive));
  if (missing) return `its Cache-Control lacks ${missing}: ${cacheControl}`;
  const opposite = said.find((directive) => /^(public|s-maxage|proxy-revalidate)\b/.test(directive));
  if (opposite) return `its Cache-Control says ${opposite} as well: ${cacheControl}`;
  const targeted = TARGETED.find((name) => {
    const value = headers[name];
    return value !== undefined && !itemsOf(value).some((item) => item === 'no-store' || item === 'private');
  });
  if (targeted) return `its ${targeted}, which a cache obeys first, says ${headers[targeted]}`;
  const vary = itemsOf(headers.vary ?? '');
  const unnamed = vary.includes('*') ? undefined : identifiedBy.find((name) => !vary.includes(name));
  if (unnamed) return `its Vary does not name ${unnamed}, which tells who is asking`;
  if (headers.age !== undefined) return `a cache has answered it already: its Age is ${headers.age} s`;
  return undefined;
}

const itemsOf = (header: string): readonly string[] =>
  header.split(',').map((item) => item.trim().toLowerCase());

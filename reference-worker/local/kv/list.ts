import type { Place } from './store.ts';

export interface KvPage {
  readonly keys: readonly {
    readonly name: string;
    readonly expiration?: number;
    readonly metadata?: string;
  }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/**
 * A page of a list, in the order of the keys' UTF-8 bytes. Tombstones take their place and are left out, so that a
 * page can be short, or empty, with more to come (developers.cloudflare.com/kv/api/list-keys).
 *
 * @param cursor the last place of the page before
 */
export function pageOf(places: Iterable<Place>, limit: number, cursor: string | null): KvPage {
  const after = cursor === null ? undefined : Buffer.from(cursor, 'base64url');
  const rest = [...places]
    .map((place) => ({ place, bytes: Buffer.from(place.name) }))
    .filter(({ bytes }) => after === undefined || bytes.compare(after) > 0)
    .sort((a, b) => a.bytes.compare(b.bytes));
  const page = rest.slice(0, limit);
  const keys = page.flatMap(({ place }) => shown(place));
  const next = rest.length > limit ? page.at(-1)?.bytes.toString('base64url') : undefined;
  return next === undefined ? { keys, list_complete: true } : { keys, list_complete: false, cursor: next };
}

function shown({ name, entry }: Place): KvPage['keys'] {
  if (!entry) return [];
  const { expiration, metadata } = entry;
  return [
    { name, ...(expiration !== undefined && { expiration }), ...(metadata !== undefined && { metadata }) },
  ];
}

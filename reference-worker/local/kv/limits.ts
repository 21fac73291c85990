/** Documented limits (developers.cloudflare.com/kv/platform/limits). */
export const KV_LIMITS = {
  keyBytes: 512,
  valueBytes: 25 * 1024 * 1024,
  metadataBytes: 1_024,
  minTtlSeconds: 60,
  minCacheTtlSeconds: 30,
  listKeys: 1_000,
  bulkKeys: 100,
  bulkBytes: 25 * 1024 * 1024,
} as const;

/** A refusal in KV's own words; the Worker sees `KV GET failed: <status> <message>`. */
export class KvRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface StoredKvEntry {
  readonly value: Buffer;
  /** JSON text. */
  readonly metadata: string | undefined;
  /** Seconds since the epoch. */
  readonly expiration: number | undefined;
}

/** What a Worker asks to store; times as they stand in the request. */
export interface KvPut {
  readonly value: Buffer;
  readonly metadata: string | undefined;
  readonly expiration: string | null;
  readonly expirationTtl: string | null;
}

/** @throws KvRefusal 400 for an empty key, `.` and `..`, 414 for one over 512 bytes */
export function checkKey(key: string): void {
  refuseUnless(key !== '', 400, 'Key names must not be empty');
  const isPath = key === '.' || key === '..';
  refuseUnless(!isPath, 400, `Illegal key name "${key}". Please use a different name.`);
  checkPrefix(key);
}

/** What keys begin with: as long as a key may be. @throws KvRefusal 414 for one over 512 bytes */
export function checkPrefix(prefix: string): void {
  const bytes = Buffer.byteLength(prefix);
  const limit = KV_LIMITS.keyBytes;
  refuseUnless(bytes <= limit, 414, `UTF-8 encoded length of ${bytes} exceeds key length limit of ${limit}.`);
}

/** @throws KvRefusal 413 for more than 25 MB in one reply */
export function checkBulk(entries: readonly (StoredKvEntry | undefined)[]): void {
  const bytes = entries.reduce((sum, entry) => sum + (entry?.value.length ?? 0), 0);
  const limit = KV_LIMITS.bulkBytes;
  refuseUnless(bytes <= limit, 413, `Total size of request exceeds the limit of ${limit / 1024 / 1024}MB`);
}

/** @throws KvRefusal 400 for a page of a list under 1 or over 1,000 keys */
export function checkPageLimit(limit: number): void {
  const invalid = `Invalid key_count_limit of ${limit}. Please specify an integer`;
  refuseUnless(limit >= 1, 400, `${invalid} greater than 0.`);
  refuseUnless(limit <= KV_LIMITS.listKeys, 400, `${invalid} less than ${KV_LIMITS.listKeys}.`);
}

/**
 * @param cacheTtl seconds, as in the request
 * @returns milliseconds, or undefined when the request leaves it open
 * @throws KvRefusal 400 under 30 seconds
 */
export function cacheTtlMsOf(cacheTtl: string | null): number | undefined {
  if (cacheTtl === null) return undefined;
  const least = KV_LIMITS.minCacheTtlSeconds;
  const message = `Invalid cache_ttl of ${cacheTtl}. Cache TTL must be at least ${least}.`;
  refuseUnless(Number(cacheTtl) >= least, 400, message);
  return Number(cacheTtl) * 1_000;
}

/**
 * What a put stores.
 *
 * @param nowMs milliseconds since the epoch
 * @throws KvRefusal 400 for an expiry under 60 seconds away, 413 for a value or metadata over its limit
 */
export function kvEntryOf(
  { value, metadata, expiration, expirationTtl }: KvPut,
  nowMs: number,
): StoredKvEntry {
  checkLength('Value', value.length, KV_LIMITS.valueBytes);
  checkLength('Metadata', Buffer.byteLength(metadata ?? ''), KV_LIMITS.metadataBytes);
  return { value, metadata, expiration: expiryOf(expiration, expirationTtl, Math.floor(nowMs / 1_000)) };
}

function expiryOf(expiration: string | null, ttl: string | null, nowSeconds: number): number | undefined {
  const least = KV_LIMITS.minTtlSeconds;
  if (ttl !== null) {
    const atLeast = `Expiration TTL must be at least ${least}.`;
    checkExpiry('expiration_ttl', ttl, Number(ttl), 'greater than 0', atLeast);
    return nowSeconds + Number(ttl);
  }
  if (expiration === null) return undefined;
  const atLeast = `Expiration times must be at least ${least} seconds in the future.`;
  const positive = 'greater than the current number of seconds since the UNIX epoch';
  checkExpiry('expiration', expiration, Number(expiration) - nowSeconds, positive, atLeast);
  return Number(expiration);
}

function checkExpiry(
  name: string,
  given: string,
  inSeconds: number,
  positive: string,
  atLeast: string,
): void {
  refuseUnless(inSeconds > 0, 400, `Invalid ${name} of ${given}. Please specify integer ${positive}.`);
  refuseUnless(inSeconds >= KV_LIMITS.minTtlSeconds, 400, `Invalid ${name} of ${given}. ${atLeast}`);
}

function checkLength(what: string, bytes: number, limit: number): void {
  refuseUnless(bytes <= limit, 413, `${what} length of ${bytes} exceeds limit of ${limit}.`);
}

function refuseUnless(holds: boolean, status: number, message: string): void {
  if (!holds) throw new KvRefusal(status, message);
}

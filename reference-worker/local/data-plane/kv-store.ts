/** Documented limits (developers.cloudflare.com/kv/platform/limits). */
export const KV_LIMITS = {
  keyBytes: 512,
  valueBytes: 25 * 1024 * 1024,
  metadataBytes: 1_024,
  minTtlSeconds: 60,
  minCacheTtlSeconds: 30,
  listKeys: 1_000,
  bulkKeys: 100,
} as const;

/** A refusal in KV's own words; the Worker sees `KV GET failed: <status> <message>`. */
export class KvRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface KvEntry {
  readonly value: Buffer;
  /** JSON text. */
  readonly metadata: string | undefined;
  /** Seconds since the epoch. */
  readonly expiration: number | undefined;
}

export interface KvPut {
  readonly value: Buffer;
  readonly metadata: string | undefined;
  readonly expiration: string | null;
  readonly expirationTtl: string | null;
}

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
 * The central store of a namespace, in memory and always consistent: what a PoP that caches nothing sees.
 *
 * @param nowMs the clock, milliseconds since the epoch
 */
export class KvStore {
  readonly #entries = new Map<string, KvEntry>();
  readonly #nowMs: () => number;
  #sweepAtSize = 1_024;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** @throws KvRefusal 400 for a cache TTL under 30 seconds, 414 for a key over 512 bytes */
  get(key: string, cacheTtl: string | null): KvEntry | undefined {
    checkKey(key);
    if (cacheTtl !== null) {
      const least = KV_LIMITS.minCacheTtlSeconds;
      refuseUnless(
        Number(cacheTtl) >= least,
        400,
        `Invalid cache_ttl of ${cacheTtl}. Cache TTL must be at least ${least}.`,
      );
    }
    const entry = this.#entries.get(key);
    return entry && this.#isLive(entry) ? entry : undefined;
  }

  /** @throws KvRefusal 400 for an expiry under 60 seconds away, 413 for a value or metadata over its limit */
  put(key: string, { value, metadata, expiration, expirationTtl }: KvPut): void {
    checkKey(key);
    checkLength('Value', value.length, KV_LIMITS.valueBytes);
    checkLength('Metadata', Buffer.byteLength(metadata ?? ''), KV_LIMITS.metadataBytes);
    this.#entries.set(key, { value, metadata, expiration: this.#expiryOf(expiration, expirationTtl) });
    this.#sweep();
  }

  delete(key: string): void {
    checkKey(key);
    this.#entries.delete(key);
  }

  /** Keys in the order of their UTF-8 bytes. The cursor is the last key of the page before. */
  list(prefix: string, limit: number, cursor: string | null): KvPage {
    refuseUnless(
      limit >= 1,
      400,
      `Invalid key_count_limit of ${limit}. Please specify an integer greater than 0.`,
    );
    refuseUnless(
      limit <= KV_LIMITS.listKeys,
      400,
      `Invalid key_count_limit of ${limit}. Please specify an integer less than ${KV_LIMITS.listKeys}.`,
    );
    const after = cursor === null ? undefined : Buffer.from(cursor, 'base64url');
    const found = [...this.#entries]
      .filter(([name, entry]) => name.startsWith(prefix) && this.#isLive(entry))
      .map(([name, { expiration, metadata }]) => ({
        bytes: Buffer.from(name),
        key: {
          name,
          ...(expiration !== undefined && { expiration }),
          ...(metadata !== undefined && { metadata }),
        },
      }))
      .filter(({ bytes }) => after === undefined || bytes.compare(after) > 0)
      .sort((a, b) => a.bytes.compare(b.bytes));
    const page = found.slice(0, limit);
    const keys = page.map(({ key }) => key);
    const next = found.length > limit ? page.at(-1)?.bytes.toString('base64url') : undefined;
    return next === undefined ? { keys, list_complete: true } : { keys, list_complete: false, cursor: next };
  }

  #isLive({ expiration }: KvEntry): boolean {
    return expiration === undefined || expiration * 1_000 > this.#nowMs();
  }

  #expiryOf(expiration: string | null, ttl: string | null): number | undefined {
    const now = Math.floor(this.#nowMs() / 1_000);
    const least = KV_LIMITS.minTtlSeconds;
    if (ttl !== null) {
      checkExpiry(
        'expiration_ttl',
        ttl,
        Number(ttl),
        'greater than 0',
        `Expiration TTL must be at least ${least}.`,
      );
      return now + Number(ttl);
    }
    if (expiration === null) return undefined;
    const atLeast = `Expiration times must be at least ${least} seconds in the future.`;
    const positive = 'greater than the current number of seconds since the UNIX epoch';
    checkExpiry('expiration', expiration, Number(expiration) - now, positive, atLeast);
    return Number(expiration);
  }

  /** Drops expired entries whenever the store has doubled, so that it holds at most twice what is live. */
  #sweep(): void {
    if (this.#entries.size < this.#sweepAtSize) return;
    for (const [key, entry] of this.#entries) if (!this.#isLive(entry)) this.#entries.delete(key);
    this.#sweepAtSize = Math.max(1_024, this.#entries.size * 2);
  }
}

function refuseUnless(holds: boolean, status: number, message: string): void {
  if (!holds) throw new KvRefusal(status, message);
}

function checkKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  const limit = KV_LIMITS.keyBytes;
  refuseUnless(bytes <= limit, 414, `UTF-8 encoded length of ${bytes} exceeds key length limit of ${limit}.`);
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

/** What a test may ask of the probe Worker; JSON in both directions. */
export type Parameter =
  | number
  | string
  | null
  | { readonly bytes: readonly number[] }
  | { readonly words: readonly number[] };

export interface Statement {
  readonly sql: string;
  readonly params?: readonly Parameter[];
}

export type D1Call =
  | ({ readonly method: 'all' | 'run' | 'raw' | 'first' } & Statement)
  | { readonly method: 'exec'; readonly sql: string }
  | { readonly method: 'batch'; readonly statements: readonly Statement[] };

export type KvCall =
  | { readonly method: 'get'; readonly key: string; readonly cacheTtl?: number }
  | {
      readonly method: 'getMany';
      readonly keys: string[];
      readonly type?: 'text' | 'json';
      readonly cacheTtl?: number;
      readonly isWithoutMetadata?: boolean;
    }
  | { readonly method: 'getAs'; readonly key: string; readonly type: 'text' | 'json' | 'arrayBuffer' }
  | {
      readonly method: 'put';
      readonly key: string;
      readonly value?: string;
      /** Instead of a value: one of this size, or these bytes. */
      readonly bytes?: number | readonly number[];
      /** Does not say how long the value is. */
      readonly isStreamed?: boolean;
      readonly options?: { expirationTtl?: number; expiration?: number; metadata?: unknown };
    }
  | { readonly method: 'delete'; readonly key: string }
  | {
      readonly method: 'list';
      readonly options?: { prefix?: string; limit?: number; cursor?: string };
      /** Goes on to the last page. */
      readonly isWhole?: boolean;
    };

/** `cache` names one of `caches.open`. */
export interface CacheCall {
  readonly method: 'put' | 'match' | 'delete';
  readonly url: string;
  readonly cache?: string;
  /** Of the request that is the key. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly response?: {
    readonly status?: number;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: string | null;
    /** Sends the body without saying how long it is. */
    readonly isStreamed?: boolean;
  };
}

export interface ProbeRequest {
  readonly session?: string;
  readonly d1?: readonly D1Call[];
  readonly kv?: readonly KvCall[];
  readonly cache?: readonly CacheCall[];
}

export type Outcome = { readonly value: unknown } | { readonly error: string };

export interface ProbeReply {
  readonly outcomes: readonly Outcome[];
  readonly bookmark: string | null;
}

/** Sends a request to the probe Worker behind `url`. */
export async function probe(url: string, request: ProbeRequest): Promise<ProbeReply> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) });
  return JSON.parse(await response.text());
}

import type { WireValue } from './protocol.ts';

/** Statements of one request, which D1 runs in one transaction. */
export interface CountedRequest {
  /** Whether nothing but reads is in it; anything else is rolled back. */
  readonly readOnly: boolean;
  readonly statements: readonly { readonly sql: string; readonly params: readonly WireValue[] }[];
}

/** What a statement cost, as workerd's SQLite counts it. */
export interface StatementCount {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Rows that it returned. */
  readonly rowsReturned: number;
  /** Those rows, of an EXPLAIN alone. */
  readonly rows?: readonly (readonly unknown[])[] | undefined;
}

/** One count for each statement, or SQLite's words for why there is none. */
export type RequestCount = { readonly counts: readonly StatementCount[] } | { readonly error: string };

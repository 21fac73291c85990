import type { CacheMode } from './modes.ts';

/** What the rig asks of the Worker; JSON in both directions. */
export interface Call {
  readonly kind: 'write' | 'read';
  readonly keys: readonly string[];
  /** What to give to `withSession`; absent for no session. */
  readonly session?: string | undefined;
  readonly cache: CacheMode['id'];
}

export interface Reply {
  readonly versions: readonly { readonly key: string; readonly version: number; readonly from: string }[];
  /** Absent outside a session. */
  readonly bookmark?: string | undefined;
}

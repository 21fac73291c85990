export interface Env {
  readonly DB: D1Database;
  /** The address of the upstream. */
  readonly UPSTREAM: string;
  readonly SESSION_SECRET: string;
  readonly SEAL_SECRET: string;
}

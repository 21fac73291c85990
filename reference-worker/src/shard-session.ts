import type { Account } from './accounts.ts';
import { bookmarkOwner, bookmarkToken, isBookmark, type SessionStart, sessionStart } from './bookmarks.ts';
import { retryingRead } from './d1-errors.ts';
import type { Bindings } from './env.ts';
import { Problem } from './problem.ts';
import { prepare, type Statement } from './statements.ts';

export type Rows = readonly unknown[];

/** Told after each trip to D1: how long it took and which instance answered, as `WEUR primary`. */
export type OnServed = (durationMs: number, servedBy: string) => void;

/** One request's D1 session on the account's shard: every statement is scoped, reads retry, writes do not. */
export class ShardSession {
  readonly #session: D1DatabaseSession;
  readonly #account: Account;
  readonly #secret: string;
  readonly #onServed: OnServed;
  readonly start: SessionStart;
  #position: string | undefined;
  #touched = false;

  private constructor(
    session: D1DatabaseSession,
    account: Account,
    secret: string,
    start: SessionStart,
    onServed: OnServed,
  ) {
    this.#session = session;
    this.#account = account;
    this.#secret = secret;
    this.#onServed = onServed;
    this.start = start;
    this.#position = start.bookmark;
  }

  /**
   * Opens the account's own shard.
   *
   * @param token the request's x-d1-bookmark, untrusted
   * @throws Problem `shard_unavailable` when the shard is unknown or not bound here; never another shard
   */
  static async open(env: Bindings, account: Account, token: string | undefined, onServed: OnServed) {
    const binding = account.shardBinding;
    // The pattern is checked here too: a bad row must not reach ACCOUNTS or anything else in env.
    const database = binding && isShardBinding(binding) ? env[binding] : undefined;
    if (!database) throw new Problem('shard_unavailable', "The account's shard is not bound to this Worker.");
    const start = await sessionStart(token, env.SEAL_SECRET, bookmarkOwner(account.id, account.shardId));
    return new ShardSession(
      database.withSession(start.constraint),
      account,
      env.SEAL_SECRET,
      start,
      onServed,
    );
  }

  /** Runs one read, retried within a budget. @throws Problem */
  async read(statement: Statement): Promise<Rows> {
    const [rows] = await this.#timed(async () => [
      await retryingRead(() => prepare(this.#session, this.#account.id, statement).all()),
    ]);
    return rows ?? [];
  }

  /** Runs statements as one transaction, once. @returns the rows of each @throws D1's own error */
  write(statements: readonly Statement[]): Promise<Rows[]> {
    const prepared = statements.map((statement) => prepare(this.#session, this.#account.id, statement));
    return this.#timed(() => this.#session.batch(prepared));
  }

  /** The position this session has reached, if any is known: D1's or a cache entry's, whichever is later. */
  bookmark(): string | undefined {
    // Before the first reply getBookmark() is one of D1's words, or what the session was opened with.
    const reached = this.#session.getBookmark();
    if (!isBookmark(reached)) return this.#position;
    return this.#position !== undefined && this.#position > reached ? this.#position : reached;
  }

  /** Takes over the position of a cache entry that answered instead of D1. */
  advanceTo(bookmark: string): void {
    this.#touched = true;
    this.#position = bookmark;
  }

  /** The value of the response's x-d1-bookmark; undefined when the shard was not touched. */
  async token(): Promise<string | undefined> {
    const bookmark = this.#touched ? this.bookmark() : undefined;
    return (
      bookmark &&
      bookmarkToken(bookmark, this.#secret, bookmarkOwner(this.#account.id, this.#account.shardId))
    );
  }

  async #timed(run: () => Promise<D1Result[]>): Promise<Rows[]> {
    this.#touched = true;
    const startMs = performance.now();
    const results = await run();
    const { served_by_region: region = 'unknown', served_by_primary: primary } = results[0]?.meta ?? {};
    this.#onServed(
      performance.now() - startMs,
      primary === undefined ? region : `${region} ${primary ? 'primary' : 'replica'}`,
    );
    return results.map(({ results: rows }) => rows);
  }
}

const isShardBinding = (name: string): name is `SHARD_${string}` => /^SHARD_[A-Z0-9_]+$/.test(name);

import type { Account } from './accounts.ts';
import type { Bindings } from './bindings.ts';
import { bookmarkOwner, bookmarkToken, isBookmark, type SessionStart, sessionStart } from './bookmarks.ts';
import { retryingRead } from './d1-errors.ts';
import { Problem } from './problem.ts';
import { prepare, type Statement } from './statements.ts';

export type Rows = readonly unknown[];

/** Told after each trip to D1: how long it took and which instance answered, as `WEUR primary`. */
export type OnServed = (durationMs: number, servedBy: string) => void;

/** One request's D1 session on the account's shard: every statement is scoped, reads retry, writes do not. */
export interface ShardSession {
  readonly start: SessionStart;
  /** Runs one read, retried within a budget. @throws Problem */
  read(statement: Statement): Promise<Rows>;
  /** Runs statements as one transaction, once. @returns the rows of each @throws D1's own error */
  write(statements: readonly Statement[]): Promise<Rows[]>;
  /** The position this session has reached, if any is known: D1's or a cache entry's, whichever is later. */
  bookmark(): string | undefined;
  /** Takes over the position of a cache entry that answered instead of D1. */
  advanceTo(bookmark: string): void;
  /** The value of the response's x-d1-bookmark; undefined when the shard was not touched. */
  token(): Promise<string | undefined>;
}

/**
 * Opens the account's own shard.
 *
 * @param token the request's x-d1-bookmark, untrusted
 * @throws Problem `shard_unavailable` when the shard is unknown or not bound here; never another shard
 */
export async function openShard(
  env: Bindings,
  account: Account,
  token: string | undefined,
  onServed: OnServed,
): Promise<ShardSession> {
  const database = boundShard(env, account.shardBinding);
  const owner = bookmarkOwner(account.id, account.shardId);
  const start = await sessionStart(token, env.SEAL_SECRET, owner);
  const session = database.withSession(start.constraint);
  let position = start.bookmark;
  let touched = false;

  const bookmark = (): string | undefined => {
    // Before the first reply getBookmark() is one of D1's words, or what the session was opened with.
    const reached = session.getBookmark();
    if (!isBookmark(reached)) return position;
    return position !== undefined && position > reached ? position : reached;
  };
  const timed = async (run: () => Promise<D1Result[]>): Promise<Rows[]> => {
    touched = true;
    const startMs = performance.now();
    const results = await run();
    onServed(performance.now() - startMs, servedBy(results[0]?.meta));
    return results.map(({ results: rows }) => rows);
  };
  return {
    start,
    bookmark,
    async read(statement) {
      const all = () => prepare(session, account.id, statement).all();
      const [rows] = await timed(async () => [await retryingRead(all)]);
      return rows ?? [];
    },
    write: (statements) =>
      timed(() => session.batch(statements.map((statement) => prepare(session, account.id, statement)))),
    advanceTo(later) {
      touched = true;
      position = later;
    },
    async token() {
      const reached = touched ? bookmark() : undefined;
      return reached && bookmarkToken(reached, env.SEAL_SECRET, owner);
    },
  };
}

/** The pattern is checked here too: a bad row must not reach ACCOUNTS or anything else in env. */
function boundShard(env: Bindings, binding: string | undefined): D1Database {
  const isShard = (name: string): name is `SHARD_${string}` => /^SHARD_[A-Z0-9_]+$/.test(name);
  const database = binding && isShard(binding) ? env[binding] : undefined;
  if (database) return database;
  throw new Problem('shard_unavailable', "The account's shard is not bound to this Worker.");
}

function servedBy(meta: D1Meta | undefined): string {
  const { served_by_region: region = 'unknown', served_by_primary: primary } = meta ?? {};
  return primary === undefined ? region : `${region} ${primary ? 'primary' : 'replica'}`;
}

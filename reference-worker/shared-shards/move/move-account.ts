import type { Operator, OperatorStatement, StatementResult } from '../../target/index.ts';
import type { Collection } from '../src/collections.ts';
import { claimMove, MoveError } from './claim.ts';
import {
  arriveAt,
  arrived,
  countRecorders,
  countRows,
  departed,
  departFrom,
  fence,
  forgetChanges,
  MOVED_COLLECTIONS,
  type MovedRow,
  type Mover,
  putRows,
  RECORDERS,
  recordedChanges,
  removeRows,
  rowsAfter,
  rowsWithIds,
} from './on-shards.ts';

export interface MoveOptions {
  readonly databases: Pick<Operator, 'batch'>;
  /** The account database; shards are called by their ids. */
  readonly accountsDatabase: string;
  readonly account: string;
  /** The id of the shard. */
  readonly to: string;
  /** For how long an isolate may remember where an account is, in milliseconds. */
  readonly routeTtlMs: number;
  /** For how long a request may still be on its way to the old shard after the switch, in milliseconds. */
  readonly settleMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds, from any beginning. */
  readonly now: () => number;
  readonly onProgress?: (text: string) => void;
}

export interface MoveReport {
  readonly from: string;
  /** Rows that were copied while the account was at work, and those that were copied again because they had changed. */
  readonly rowsCopied: number;
  readonly rowsCaughtUp: number;
  /** For how long the account could not be written to, in milliseconds; undefined where an earlier process had put the fence up. */
  readonly fencedMs: number | undefined;
}

/** Rows of a page of the copy: with the largest bodies they are within the 50 MB that D1 answers with. */
const PAGE_ROWS = 480;
const PAGE_OF_LARGE_ROWS = 20;
/** With so few changes left the fence goes up. */
const FEW_CHANGES = 50;
const CHANGES_AT_ONCE = 400;
const IDS_OF_A_STATEMENT = 90;

/**
 * Moves an account to another shard while it is being written to. It may be killed at any moment and called again: it goes on from
 * where the databases say that it was.
 *
 * In this order: no Worker remembers the route any more, because the account is marked as moving; rows are copied, and what changes
 * meanwhile is recorded by triggers and copied again, until little is left; a fence on the old shard refuses writes; the rest is
 * copied, and both shards are compared; the route is switched. The old shard keeps its fence until no request can still be on its
 * way there, and then loses the account's rows. Bookmarks of the old shard are signed for it, so the new one does not know them.
 *
 * A process that was taken for dead and is not changes nothing any more, because every statement names its epoch.
 *
 * @throws MoveError; PlatformError or fetch's error where a database does not answer: call again then
 */
export async function moveAccount(options: MoveOptions): Promise<MoveReport> {
  const move = new Move(options);
  return move.toItsEnd();
}

class Move {
  readonly #options: MoveOptions;
  #mover: Mover;
  #from = '';
  #rowsCopied = 0;
  #rowsCaughtUp = 0;
  #fencedMs: number | undefined;

  constructor(options: MoveOptions) {
    this.#options = options;
    this.#mover = { account: options.account, epoch: 0 };
  }

  async toItsEnd(): Promise<MoveReport> {
    const { account, sleep, routeTtlMs, settleMs, onProgress } = this.#options;
    const { from, epoch, isNew, phase, collection, entityId } = await claimMove(this.#options);
    this.#from = from;
    this.#mover = { account, epoch };
    this.#assertMine((await this.#onOld(departFrom(this.#mover, phase === 'switched'))).slice(-1));
    if (phase === 'copying') {
      const markedAtMs = this.#options.now();
      await this.#arrive(isNew);
      await this.#copy(collection, entityId);
      // Every isolate that remembers the route has forgotten it by then.
      await sleep(Math.max(0, routeTtlMs + 1_000 - (this.#options.now() - markedAtMs)));
      while ((await this.#catchUp()) >= FEW_CHANGES) onProgress?.('catching up');
      await this.#switchBehindFence();
    }
    await sleep(settleMs);
    await this.#remove();
    return {
      from: this.#from,
      rowsCopied: this.#rowsCopied,
      rowsCaughtUp: this.#rowsCaughtUp,
      fencedMs: this.#fencedMs,
    };
  }

  async #arrive(isNew: boolean): Promise<void> {
    const { to, account, databases } = this.#options;
    const counts = isNew ? await databases.batch(to, countRows(account)) : [];
    if (counts.some(({ rows: [row] }) => row?.rows !== 0)) {
      await this.#forget();
      throw new MoveError('target_not_empty', `${to} has rows of ${account} already: remove them first.`);
    }
    this.#assertMine((await databases.batch(to, arriveAt(this.#mover))).slice(-1));
  }

  async #copy(doneCollection: string, doneEntityId: string): Promise<void> {
    const { databases, account, onProgress } = this.#options;
    for (const collection of MOVED_COLLECTIONS.filter((each) => each >= doneCollection)) {
      let after = collection === doneCollection ? doneEntityId : '';
      for (;;) {
        const page = (count: number) =>
          databases.batch(this.#from, [rowsAfter(account, collection, after, count)]);
        const [result] = await page(PAGE_ROWS).catch(() => page(PAGE_OF_LARGE_ROWS));
        const rows = storedRows(collection, result);
        const last = rows.at(-1);
        if (!last) break;
        await this.#put(rows);
        this.#rowsCopied += rows.length;
        after = last.entityId;
        await this.#mine('UPDATE account_move SET collection = ?3, entity_id = ?4', [collection, after]);
        onProgress?.(`${collection}: copied up to ${after}`);
      }
    }
  }

  /** Copies again what has changed. @returns how many changes there were */
  async #catchUp(): Promise<number> {
    const { databases, account } = this.#options;
    const [recorded] = await databases.batch(this.#from, [recordedChanges(this.#mover, CHANGES_AT_ONCE)]);
    const changes = recorded?.rows ?? [];
    if (changes.length === 0) return 0;
    for (const collection of MOVED_COLLECTIONS) {
      const ids = [
        ...new Set(
          changes.filter((each) => each.collection === collection).map((each) => String(each.entity_id)),
        ),
      ];
      for (let from = 0; from < ids.length; from += IDS_OF_A_STATEMENT) {
        const some = ids.slice(from, from + IDS_OF_A_STATEMENT);
        const [result] = await databases.batch(this.#from, [rowsWithIds(account, collection, some)]);
        const rows = storedRows(collection, result);
        await this.#put(rows);
        this.#rowsCaughtUp += rows.length;
      }
    }
    await this.#onOld([forgetChanges(this.#mover, Number(changes.at(-1)?.seq))]);
    return changes.length;
  }

  async #switchBehindFence(): Promise<void> {
    const { databases, account, to, now } = this.#options;
    const { epoch } = this.#mover;
    const fencedAtMs = now();
    this.#assertMine(await this.#onOld([fence(this.#mover, true)]));
    while ((await this.#catchUp()) > 0);
    await this.#assertAlike();
    this.#assertMine(await databases.batch(to, [arrived(this.#mover)]));
    const params = [account, epoch, to];
    const mine =
      "EXISTS (SELECT 1 FROM account_move WHERE account_id = ?1 AND epoch = ?2 AND phase = 'copying')";
    const switched = await this.#inAccounts([
      { sql: `UPDATE account SET db_shard_id = ?3 WHERE id = ?1 AND ${mine}`, params },
      {
        sql: "UPDATE account_move SET phase = 'switched' WHERE account_id = ?1 AND epoch = ?2",
        params: [account, epoch],
      },
    ]);
    this.#assertMine(switched);
    this.#fencedMs = now() - fencedAtMs;
  }

  /** Takes the fence down again where the copy is not what it should be, and lets the next call copy everything anew. */
  async #assertAlike(): Promise<void> {
    const { databases, account, to } = this.#options;
    const [recorders] = await databases.batch(this.#from, [countRecorders]);
    const old = textOf(await databases.batch(this.#from, countRows(account)));
    const next = textOf(await databases.batch(to, countRows(account)));
    const isRecorded = recorders?.rows[0]?.recorders === RECORDERS;
    if (isRecorded && old === next) return;
    await this.#mine("UPDATE account_move SET collection = '', entity_id = ''", []);
    await this.#onOld([fence(this.#mover, false)]);
    throw new MoveError(
      'copy_differs',
      isRecorded
        ? `${this.#from} has ${old} rows of ${MOVED_COLLECTIONS.join(', ')}, and ${to} has ${next}: nothing was switched. Call again.`
        : `Somebody has removed what records changes on ${this.#from}: nothing was switched. Call again.`,
    );
  }

  async #remove(): Promise<void> {
    const { onProgress } = this.#options;
    for (const collection of MOVED_COLLECTIONS) {
      for (;;) {
        const [removed] = await this.#onOld([removeRows(this.#mover, collection, PAGE_ROWS)]);
        if (removed?.changes === 0) break;
        onProgress?.(`${collection}: removed from ${this.#from}`);
      }
    }
    // Where another process has taken over, nothing was removed because it was not ours to remove.
    await this.#mine('UPDATE account_move SET epoch = epoch', []);
    await this.#forget();
  }

  /** The account does not move any more. */
  async #forget(): Promise<void> {
    const { account, epoch } = this.#mover;
    await this.#onOld(departed(this.#mover));
    await this.#inAccounts([
      {
        sql:
          'UPDATE account SET is_moving = 0 WHERE id = ?1 ' +
          'AND EXISTS (SELECT 1 FROM account_move WHERE account_id = ?1 AND epoch = ?2)',
        params: [account, epoch],
      },
      { sql: 'DELETE FROM account_move WHERE account_id = ?1 AND epoch = ?2', params: [account, epoch] },
    ]);
  }

  async #put(rows: readonly MovedRow[]): Promise<void> {
    const { databases, to } = this.#options;
    const results = await databases.batch(to, putRows(this.#mover, rows));
    const changed = results.reduce((total, { changes }) => total + changes, 0);
    if (changed < rows.length) throw this.#superseded();
  }

  /** @throws MoveError `superseded` */
  async #mine(update: string, params: readonly string[]): Promise<void> {
    const { account, epoch } = this.#mover;
    const sql = `${update} WHERE account_id = ?1 AND epoch = ?2`;
    this.#assertMine(await this.#inAccounts([{ sql, params: [account, epoch, ...params] }]));
  }

  #assertMine([first]: readonly StatementResult[]): void {
    if (first?.changes === 0) throw this.#superseded();
  }

  #superseded(): Error {
    return new MoveError(
      'superseded',
      'Another process has taken this move over: let that one bring it to its end.',
    );
  }

  #onOld(statements: readonly OperatorStatement[]): Promise<readonly StatementResult[]> {
    return this.#options.databases.batch(this.#from, statements);
  }

  #inAccounts(statements: readonly OperatorStatement[]): Promise<readonly StatementResult[]> {
    return this.#options.databases.batch(this.#options.accountsDatabase, statements);
  }
}

const textOf = (counts: readonly StatementResult[]): string =>
  counts.map(({ rows: [row] }) => row?.rows).join(', ');

const storedRows = (collection: Collection, result: StatementResult | undefined): MovedRow[] =>
  (result?.rows ?? []).map((row) => ({
    collection,
    entityId: String(row.entity_id),
    version: Number(row._version),
    deleted: Number(row.deleted),
    body: String(row.body),
  }));

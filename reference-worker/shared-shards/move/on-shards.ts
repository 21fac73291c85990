import type { OperatorStatement } from '../../target/index.ts';
import { type Collection, collections } from '../src/collections.ts';

/** What a move does on the two shards, in SQL. Each statement names the account, and the epoch of the process that may still go on with the move. */

// The keys of the object are exactly these.
export const MOVED_COLLECTIONS = Object.keys(collections).toSorted() as Collection[];

export interface Mover {
  readonly account: string;
  /** Of the process that goes on with the move. */
  readonly epoch: number;
}

/** A row as the copy takes it; a deleted document is one, too, because its version must go on rising (B3). */
export interface MovedRow {
  readonly collection: Collection;
  readonly entityId: string;
  readonly version: number;
  readonly deleted: number;
  readonly body: string;
}

/** Whether the process still is the one that moves the account away from this shard, or to it. */
const departs = 'EXISTS (SELECT 1 FROM account_departure WHERE account_id = ?1 AND epoch = ?2)';
const arrives = 'EXISTS (SELECT 1 FROM account_arrival WHERE account_id = ?1 AND epoch = ?2 AND is_open = 1)';

const isLeaving = (states: string): string =>
  `WHEN EXISTS (SELECT 1 FROM account_departure WHERE account_id = NEW.account_id AND state IN (${states}))`;

/** The words with which the fence refuses a write: SQLite names the constraint, so a Worker knows that nothing has happened. */
const FENCE = "SELECT RAISE(ABORT, 'the account is moving to another shard')";

/**
 * Records what changes from now on, and puts the fence up for the account as far as it is told to.
 *
 * @param isFenced whether writes are refused from the beginning: those of a move that has switched already
 */
export const departFrom = ({ account, epoch }: Mover, isFenced: boolean): OperatorStatement[] => [
  {
    sql: `CREATE TABLE IF NOT EXISTS account_departure (
      account_id TEXT NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL, state TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  },
  {
    sql: `CREATE TABLE IF NOT EXISTS account_change (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, account_id TEXT NOT NULL, collection TEXT NOT NULL, entity_id TEXT NOT NULL) STRICT`,
  },
  ...MOVED_COLLECTIONS.flatMap((collection) =>
    (['INSERT', 'UPDATE'] as const).flatMap((event) => [
      {
        sql:
          `CREATE TRIGGER IF NOT EXISTS ${collection}_fence_${event.toLowerCase()} BEFORE ${event} ON ${collection} ` +
          `${isLeaving("'fenced'")} BEGIN ${FENCE}; END`,
      },
      {
        sql:
          `CREATE TRIGGER IF NOT EXISTS ${collection}_change_${event.toLowerCase()} AFTER ${event} ON ${collection} ${isLeaving("'recording', 'fenced'")} ` +
          `BEGIN INSERT INTO account_change (account_id, collection, entity_id) VALUES (NEW.account_id, '${collection}', NEW.entity_id); END`,
      },
    ]),
  ),
  {
    sql:
      'INSERT INTO account_departure (account_id, epoch, state) VALUES (?1, ?2, ?3) ON CONFLICT (account_id) DO UPDATE ' +
      'SET epoch = excluded.epoch, state = excluded.state WHERE excluded.epoch > account_departure.epoch',
    params: [account, epoch, isFenced ? 'fenced' : 'recording'],
  },
];

/** How many triggers there are as long as everything is recorded and fenced. */
export const RECORDERS = MOVED_COLLECTIONS.length * 4;
export const countRecorders: OperatorStatement = {
  sql: "SELECT count(*) AS recorders FROM sqlite_master WHERE type = 'trigger' AND (name LIKE '%\\_fence\\_%' ESCAPE '\\' OR name LIKE '%\\_change\\_%' ESCAPE '\\')",
};

/** Changes a row only where the process still moves the account. */
export const fence = ({ account, epoch }: Mover, isFenced: boolean): OperatorStatement => ({
  sql: 'UPDATE account_departure SET state = ?3 WHERE account_id = ?1 AND epoch = ?2',
  params: [account, epoch, isFenced ? 'fenced' : 'recording'],
});

/**
 * Nothing of the account is recorded or refused on the shard any more. What it was recorded with stays there: it does nothing until an
 * account leaves again, and SQLite has no DROP with a condition, so a late process would drop it under another account's move.
 */
export const departed = ({ account, epoch }: Mover): OperatorStatement[] => [
  {
    sql: `DELETE FROM account_change WHERE account_id = ?1 AND ${departs}`,
    params: [account, epoch],
  },
  {
    sql: "UPDATE account_departure SET state = 'gone' WHERE account_id = ?1 AND epoch = ?2",
    params: [account, epoch],
  },
];

export const removeRows = (
  { account, epoch }: Mover,
  collection: Collection,
  count: number,
): OperatorStatement => ({
  sql:
    `DELETE FROM ${collection} WHERE account_id = ?1 AND ${departs} AND entity_id IN ` +
    `(SELECT entity_id FROM ${collection} WHERE account_id = ?1 ORDER BY entity_id LIMIT ${count})`,
  params: [account, epoch],
});

export const recordedChanges = ({ account }: Mover, count: number): OperatorStatement => ({
  sql: `SELECT seq, collection, entity_id FROM account_change WHERE account_id = ?1 ORDER BY seq LIMIT ${count}`,
  params: [account],
});

export const forgetChanges = ({ account, epoch }: Mover, upTo: number): OperatorStatement => ({
  sql: `DELETE FROM account_change WHERE account_id = ?1 AND ${departs} AND seq <= ?3`,
  params: [account, epoch, upTo],
});

export const arriveAt = ({ account, epoch }: Mover): OperatorStatement[] => [
  {
    sql:
      'CREATE TABLE IF NOT EXISTS account_arrival (account_id TEXT NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL, is_open INTEGER NOT NULL) ' +
      'STRICT, WITHOUT ROWID',
  },
  {
    sql:
      'INSERT INTO account_arrival (account_id, epoch, is_open) VALUES (?1, ?2, 1) ON CONFLICT (account_id) DO UPDATE ' +
      'SET epoch = excluded.epoch, is_open = 1 WHERE excluded.epoch > account_arrival.epoch',
    params: [account, epoch],
  },
];

/** From then on no process can put rows of the account there. */
export const arrived = ({ account, epoch }: Mover): OperatorStatement => ({
  sql: 'UPDATE account_arrival SET is_open = 0 WHERE account_id = ?1 AND epoch = ?2',
  params: [account, epoch],
});

/** D1 binds 100 parameters at most (developers.cloudflare.com/d1/platform/limits): two, and four for each row. */
const ROWS_OF_A_STATEMENT = 24;

/** Rows as they are on the old shard now: an older copy of them gives way. */
export const putRows = ({ account, epoch }: Mover, rows: readonly MovedRow[]): OperatorStatement[] =>
  MOVED_COLLECTIONS.flatMap((collection) => {
    const own = rows.filter((row) => row.collection === collection);
    return Array.from({ length: Math.ceil(own.length / ROWS_OF_A_STATEMENT) }, (_, part) => {
      const some = own.slice(part * ROWS_OF_A_STATEMENT, (part + 1) * ROWS_OF_A_STATEMENT);
      const values = some.map(
        (_row, n) => `(${[3, 4, 5, 6].map((place) => `?${place + n * 4}`).join(', ')})`,
      );
      return {
        sql:
          `INSERT INTO ${collection} (account_id, entity_id, _version, deleted, body) ` +
          `SELECT ?1, column1, column2, column3, column4 FROM (VALUES ${values.join(', ')}) WHERE ${arrives} ` +
          'ON CONFLICT (account_id, entity_id) DO UPDATE SET ' +
          '_version = excluded._version, deleted = excluded.deleted, body = excluded.body',
        params: [
          ...[account, epoch],
          ...some.flatMap(({ entityId, version, deleted, body }) => [entityId, version, deleted, body]),
        ],
      };
    });
  });

const ROW = 'entity_id, _version, deleted, body';

export const rowsAfter = (
  account: string,
  collection: Collection,
  entityId: string,
  count: number,
): OperatorStatement => ({
  sql: `SELECT ${ROW} FROM ${collection} WHERE account_id = ?1 AND entity_id > ?2 ORDER BY entity_id LIMIT ${count}`,
  params: [account, entityId],
});

export const rowsWithIds = (
  account: string,
  collection: Collection,
  ids: readonly string[],
): OperatorStatement => ({
  sql: `SELECT ${ROW} FROM ${collection} WHERE account_id = ?1 AND entity_id IN (${ids.map((_, n) => `?${n + 2}`).join(', ')})`,
  params: [account, ...ids],
});

/** How many rows the account has there, deleted ones included. */
export const countRows = (account: string): OperatorStatement[] =>
  MOVED_COLLECTIONS.map((collection) => ({
    sql: `SELECT count(*) AS rows FROM ${collection} WHERE account_id = ?1`,
    params: [account],
  }));

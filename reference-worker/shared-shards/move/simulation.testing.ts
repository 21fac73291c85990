import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { applyMigrations } from '../../../migrations/index.ts';
import type { Operator } from '../../target/index.ts';
import type { MoveOptions } from './index.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', 'migrations', 'shared-shards');
export const [ACCOUNT, FROM, TO] = ['acme', 'shard-a', 'shard-b'] as const;
/** Another account, which is on the same shard at first. */
export const OTHER = 'birch';
const TTL_MS = 5_000;
export const SETTLE_MS = 2_000;

/** The databases, isolates that remember routes, and people whose requests take their time; nothing happens by itself. */
export class Simulation {
  nowMs = 1_000_000;
  readonly databases = new Map<string, DatabaseSync>(
    [FROM, TO, 'accounts'].map((id) => [id, new DatabaseSync(':memory:')]),
  );
  /** Each remembers the route for as long as the Worker does. */
  readonly #isolates = [0, 1, 2].map(() => ({ shard: '', untilMs: 0 }));
  /** By id: how often a write of it was acknowledged. A body is its version. */
  readonly acknowledged = new Map<string, number>();
  readonly violations: string[] = [];
  refused = 0;
  #inFlight: { readonly dueMs: number; readonly run: () => void }[] = [];

  constructor() {
    for (const [id, database] of this.databases)
      applyMigrations(database, join(MIGRATIONS, id === 'accounts' ? 'accounts' : 'shard'));
    this.of('accounts').exec(
      `INSERT INTO db_shard (id, binding) VALUES ('${FROM}', 'SHARD_A'), ('${TO}', 'SHARD_B');
       INSERT INTO account (id, name, db_shard_id) VALUES ('${ACCOUNT}', 'Acme', '${FROM}'), ('${OTHER}', 'Birch', '${FROM}')`,
    );
    for (let n = 0; n < 30; n += 1) this.#write(FROM, `no-${n}`);
    this.of(FROM).exec(
      `INSERT INTO notes (account_id, entity_id, _version, body) VALUES ('${OTHER}', 'no-1', 1, '{"v":7}')`,
    );
  }

  of(id: string): DatabaseSync {
    const database = this.databases.get(id);
    if (!database) throw new Error(`no database ${id}`);
    return database;
  }

  /** Begins a request: the route is decided now, and the shard is asked later. */
  request(isolate: number, kind: 'write' | 'read', id: string, takesMs: number): void {
    const shard = this.#routeOf(isolate);
    const before = this.acknowledged.get(id) ?? 0;
    const run = kind === 'write' ? () => this.#write(shard, id) : () => this.#read(shard, id, before);
    this.#inFlight.push({ dueMs: this.nowMs + takesMs, run });
  }

  /** Lets time pass, and requests arrive. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#inFlight
        .filter(({ dueMs }) => dueMs <= untilMs)
        .toSorted((a, b) => a.dueMs - b.dueMs);
      if (!next) break;
      this.#inFlight = this.#inFlight.filter((each) => each !== next);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.run();
    }
    this.nowMs = untilMs;
  }

  #routeOf(index: number): string {
    const isolate = this.#isolates[index % this.#isolates.length];
    if (isolate && isolate.untilMs > this.nowMs) return isolate.shard;
    const row = this.of('accounts')
      .prepare('SELECT db_shard_id, is_moving FROM account WHERE id = ?')
      .get(ACCOUNT);
    const shard = String(row?.db_shard_id);
    if (isolate && row?.is_moving === 0) Object.assign(isolate, { shard, untilMs: this.nowMs + TTL_MS });
    return shard;
  }

  #write(shard: string, id: string): void {
    const version = this.#writeTo(shard, ACCOUNT, id);
    if (version === undefined) {
      this.refused += 1;
      return;
    }
    const expected = (this.acknowledged.get(id) ?? 0) + 1;
    if (version !== expected)
      this.violations.push(`${id} was written as ${version} on ${shard}, after ${expected - 1}`);
    this.acknowledged.set(id, version);
  }

  #read(shard: string, id: string, atLeast: number): void {
    const row = this.of(shard)
      .prepare(`SELECT _version AS v FROM notes WHERE account_id = '${ACCOUNT}' AND entity_id = ?`)
      .get(id);
    const seen = Number(row?.v ?? 0);
    if (seen < atLeast)
      this.violations.push(`${id} was read as ${seen} on ${shard}, after ${atLeast} was acknowledged`);
  }

  /** Somebody of an account writes, wherever the account database says that it is. @returns the version, or undefined where a fence is up */
  writeNow(account: string, id: string): number | undefined {
    const route = this.of('accounts')
      .prepare('SELECT db_shard_id AS shard FROM account WHERE id = ?')
      .get(account);
    return this.#writeTo(String(route?.shard), account, id);
  }

  /** @returns the version, or undefined where a fence is up */
  #writeTo(shard: string, account: string, id: string): number | undefined {
    const sql =
      `INSERT INTO notes (account_id, entity_id, _version, body) VALUES (?1, ?2, 1, '{"v":1}') ` +
      `ON CONFLICT (account_id, entity_id) DO UPDATE SET _version = _version + 1, body = json_object('v', _version + 1) RETURNING _version AS v`;
    try {
      return Number(this.of(shard).prepare(sql).get(account, id)?.v);
    } catch (error) {
      if (String(error).includes('the account is moving')) return undefined;
      throw error;
    }
  }

  /** What the account has on a shard, by id. */
  contents(shard: string, account: string = ACCOUNT): unknown[] {
    return this.of(shard)
      .prepare(
        "SELECT entity_id AS id, _version AS version, json_extract(body, '$.v') AS v FROM notes WHERE account_id = ? ORDER BY 1",
      )
      .all(account);
  }
}

/** @param before called before each call of the mover; it may end the process */
export function databasesOf(
  simulation: Simulation,
  around: (work: () => void) => Promise<void>,
): MoveOptions['databases'] {
  const run = (id: string, statements: Parameters<Operator['batch']>[1]) => {
    const database = simulation.of(id);
    database.exec('BEGIN');
    try {
      const results = statements.map(({ sql, params = [] }) => {
        const total = () => Number(database.prepare('SELECT total_changes() AS n').get()?.n);
        const was = total();
        const rows = database.prepare(sql).all(...params);
        return { rows, durationMs: 1, changes: total() - was };
      });
      database.exec('COMMIT');
      return results;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  const batch: Operator['batch'] = async (id, statements) => {
    let results: ReturnType<typeof run> = [];
    await around(() => {
      results = run(id, statements);
    });
    return results;
  };
  return { batch };
}

export const optionsFor = (
  simulation: Simulation,
  databases: MoveOptions['databases'],
  atWork: () => void,
): MoveOptions => ({
  ...{ databases, accountsDatabase: 'accounts', account: ACCOUNT, to: TO },
  ...{ routeTtlMs: TTL_MS, settleMs: SETTLE_MS },
  sleep: async (ms) => {
    const untilMs = simulation.nowMs + ms;
    while (simulation.nowMs < untilMs) atWork();
  },
  now: () => simulation.nowMs,
});

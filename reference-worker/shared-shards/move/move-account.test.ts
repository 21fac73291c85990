import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyMigrations } from '../../../migrations/index.ts';
import type { Operator } from '../../target/index.ts';
import { MoveError, type MoveOptions, moveAccount } from './index.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', 'migrations', 'shared-shards');
const [ACCOUNT, FROM, TO] = ['acme', 'shard-a', 'shard-b'];
const TTL_MS = 5_000;
const SETTLE_MS = 2_000;

/** The databases, isolates that remember routes, and people whose requests take their time; nothing happens by itself. */
class Simulation {
  nowMs = 1_000_000;
  readonly databases = new Map([FROM, TO, 'accounts'].map((id) => [id, new DatabaseSync(':memory:')]));
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
       INSERT INTO account (id, name, db_shard_id) VALUES ('${ACCOUNT}', 'Acme', '${FROM}')`,
    );
    for (let n = 0; n < 30; n += 1) this.#write(FROM, `no-${n}`);
    this.of(FROM).exec(
      "INSERT INTO notes (account_id, entity_id, _version, body) VALUES ('birch', 'no-1', 1, '{\"v\":7}')",
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
    try {
      const sql =
        `INSERT INTO notes (account_id, entity_id, _version, body) VALUES ('${ACCOUNT}', ?1, 1, '{"v":1}') ` +
        `ON CONFLICT (account_id, entity_id) DO UPDATE SET _version = _version + 1, body = json_object('v', _version + 1) RETURNING _version AS v`;
      const version = Number(this.of(shard).prepare(sql).get(id)?.v);
      const expected = (this.acknowledged.get(id) ?? 0) + 1;
      if (version !== expected)
        this.violations.push(`${id} was written as ${version} on ${shard}, after ${expected - 1}`);
      this.acknowledged.set(id, version);
    } catch (error) {
      if (!String(error).includes('the account is moving')) throw error;
      this.refused += 1;
    }
  }

  #read(shard: string, id: string, atLeast: number): void {
    const row = this.of(shard)
      .prepare(`SELECT _version AS v FROM notes WHERE account_id = '${ACCOUNT}' AND entity_id = ?`)
      .get(id);
    const seen = Number(row?.v ?? 0);
    if (seen < atLeast)
      this.violations.push(`${id} was read as ${seen} on ${shard}, after ${atLeast} was acknowledged`);
  }

  /** What the account has on a shard, by id. */
  contents(shard: string, account = ACCOUNT): unknown[] {
    return this.of(shard)
      .prepare(
        "SELECT entity_id AS id, _version AS version, json_extract(body, '$.v') AS v FROM notes WHERE account_id = ? ORDER BY 1",
      )
      .all(account ?? '');
  }
}

class Killed extends Error {}

/** @param before called before each call of the mover; it may end the process */
function databasesOf(
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

const optionsFor = (
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

const anyRequest = fc.record({
  isolate: fc.nat(2),
  kind: fc.constantFrom('write' as const, 'write' as const, 'read' as const),
  id: fc.nat(40).map((n) => `no-${n}`),
  takesMs: fc.integer({ min: 0, max: 600 }),
});

describe('while people write, and the mover is killed wherever it may be', () => {
  test('nothing is lost, doubled or resurrected, and nobody reads less than was acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest, { minLength: 60, maxLength: 100, size: 'max' }),
        fc.array(fc.record({ after: fc.nat(45), isDone: fc.boolean(), wakesAfter: fc.nat(40) }), {
          maxLength: 4,
        }),
        async (requests, kills) => {
          const simulation = new Simulation();
          let begun = 0;
          /** People go on for as long as anything happens. */
          const atWork = (): void => {
            for (const last = begun + 3; begun < last; begun += 1) {
              const request = requests[begun % requests.length];
              if (request) simulation.request(request.isolate, request.kind, request.id, request.takesMs);
            }
            simulation.pass(40);
          };
          /** Processes that were taken for dead, and are not: they go on after so many calls of others. */
          const paused: { calls: number; wake: () => void }[] = [];
          const wakeDue = async (): Promise<void> => {
            for (const one of paused) one.calls -= 1;
            for (const one of paused.filter(({ calls }) => calls === 0)) one.wake();
            await Promise.resolve();
          };
          for (let index = 0; ; index += 1) {
            const kill = kills[index];
            let calls = 0;
            let isDead = false;
            const died = Promise.withResolvers<never>();
            const databases = databasesOf(simulation, async (work) => {
              atWork();
              if (!isDead) await wakeDue();
              if (kill && calls === kill.after) {
                isDead = true;
                if (kill.isDone) work();
                died.reject(new Killed());
                await new Promise<void>((wake) => paused.push({ calls: kill.wakesAfter + 1, wake }));
                if (kill.isDone) return;
              }
              calls += 1;
              work();
            });
            const moved = moveAccount(optionsFor(simulation, databases, atWork));
            moved.catch(() => undefined);
            const outcome = await Promise.race([moved, died.promise]).catch((error: unknown) => error);
            // One that was paused while it claimed the move has it now.
            if (outcome instanceof Killed || (outcome instanceof MoveError && outcome.code === 'superseded'))
              continue;
            if (
              outcome instanceof Error &&
              !(outcome instanceof MoveError && outcome.code === 'already_there')
            )
              throw outcome;
            break;
          }
          for (let more = 0; more < 20; more += 1) atWork();
          for (const { wake } of paused) wake();
          simulation.pass(SETTLE_MS);

          expect(simulation.violations).toEqual([]);
          const expected = [...simulation.acknowledged].map(([id, version]) => ({ id, version, v: version }));
          expect(simulation.contents(TO ?? '')).toEqual(expected.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
          expect(simulation.contents(FROM ?? '')).toEqual([]);
          expect(simulation.contents(FROM ?? '', 'birch')).toEqual([{ id: 'no-1', version: 1, v: 7 }]);
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);
});

import { join } from 'node:path';
import { Behaviour, type BehaviourInput } from '../behaviour/index.ts';
import { VirtualClock } from '../clock/index.ts';
import type { Query, WireValue } from '../d1/index.ts';
import { D1Database, type D1Reply } from '../d1/index.ts';
import { LatencyProfile } from '../latency/index.ts';
import instant from '../latency/instant.json' with { type: 'json' };
import type { Pop } from '../pops.ts';
import { freshFolder } from './fresh-folder.ts';

const REPLICA_ONLY: LatencyProfile['d1']['nearest'] = {
  LHR: { primary: 0, WEUR: 1 },
  MAN: { primary: 0, WEUR: 1 },
  EDI: { primary: 0, WEUR: 1 },
};

/** A profile that differs from `instant` in a few numbers of D1, and in which sessions reach the replica in WEUR alone. */
export const withD1 = (changes: Partial<LatencyProfile['d1']>): LatencyProfile => ({
  ...LatencyProfile.parse(instant),
  d1: { ...LatencyProfile.parse(instant).d1, nearest: REPLICA_ONLY, ...changes },
});

export interface OpenDatabase {
  readonly clock: VirtualClock;
  readonly database: D1Database;
  readonly file: string;
  /** One request; a session is told by its token. */
  ask(sql: string | readonly Query[], options?: { token?: string; pop?: Pop }): Promise<D1Reply>;
}

/**
 * A database of its own with a table `log (n INTEGER PRIMARY KEY)`, on a virtual clock, without workerd, and with read
 * replication unless told otherwise.
 */
export async function openDatabase(
  behaviour: BehaviourInput = {},
  file = join(freshFolder(), 'test.sqlite'),
  clock = new VirtualClock(),
): Promise<OpenDatabase> {
  const parsed = Behaviour.parse({ readReplication: 'auto', ...behaviour });
  const database = new D1Database({ id: 'test', file, behaviour: parsed, clock });
  const ask: OpenDatabase['ask'] = async (sql, { token, pop = 'LHR' } = {}) => {
    const queries = typeof sql === 'string' ? [{ sql }] : sql;
    const { reply, lost } = await database.handle({ pop, token, queries });
    if (!reply || lost) throw new Error(`connection lost: ${lost}`);
    return reply;
  };
  const created = ask('CREATE TABLE IF NOT EXISTS log (n INTEGER PRIMARY KEY)');
  await clock.advance(60_000);
  await created;
  database.setFaults(parsed.faults);
  return { clock, database, file, ask };
}

/** The rows of the only query, or D1's error text. */
export function rowsOf({ outcome }: D1Reply): readonly WireValue[][] | string {
  return 'error' in outcome ? outcome.error : (outcome.results[0]?.rows ?? []);
}

export function metaOf({ outcome }: D1Reply) {
  if ('error' in outcome) throw new Error(outcome.error);
  const meta = outcome.results[0]?.meta;
  if (!meta) throw new Error('There is no result.');
  return meta;
}

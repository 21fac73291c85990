import type { AccountOnShard, Phase } from '../../reports/schema/index.ts';
import { sum } from '../sum.ts';
import type { MonthlyUse } from './cost.ts';
import { measuredUse, type Use } from './operation-use/index.ts';

/** What KV was asked in the phases that count, as `control.usage()` tells it. */
export interface KvUse {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly lists: number;
}

/** What a run measured in the phases that count, and what it ran on. */
export interface MeasuredLoad {
  readonly phases: readonly Phase[];
  /** Requests of each operation; one that is missing made none. */
  readonly requests: Readonly<Record<string, number>>;
  /** Between two requests of people at work, whatever the run's own users were. */
  readonly meanThinkTimeMs: number;
  /** Processor time of the workerd processes that served them. */
  readonly workerCpuMs: number;
  /** undefined: the Worker had no KV. */
  readonly kv: KvUse | undefined;
  /** What a tenants file says; undefined: there was none. */
  readonly tenants?: {
    readonly fullHoursPerDay: number;
    readonly growthPerMonth: (shardId: string) => number;
  };
  readonly topology: {
    readonly shardFileBytes: Readonly<Record<string, number>>;
    readonly accounts: readonly AccountOnShard[];
  };
}

export const BYTES_PER_GB = 1e9;
/** How long the Worker lets KV keep an entry (reference-worker/shared-shards/src/document-cache.ts). */
export const KV_ENTRY_SECONDS = 60;
/** Assumption: a client has 470 bytes on average, and sealing, metadata and the key add less than as many. */
export const KV_ENTRY_BYTES = 1_000;
/** `observability.enabled` without a sampling rate (reference-worker/shared-shards/wrangler.jsonc): every invocation is logged. */
export const LOG_SAMPLING = 1;
/** Assumption: the JSON of one invocation, with URL, headers and what Cloudflare knows of the connection, before compression. */
const LOG_EVENT_BYTES = 3_000;
/** developers.cloudflare.com/observability/pricing */
const LOG_DAYS_KEPT = 7;
const DAYS_PER_MONTH = 30;

export const LOG_ASSUMPTION =
  `Workers Logs keep one event of each request (head_sampling_rate is ${LOG_SAMPLING}), for ${LOG_DAYS_KEPT} days; an event is taken for ` +
  `${LOG_EVENT_BYTES.toLocaleString('en-GB')} bytes before compression (assumption), and errors, which log a second one, for rare.`;

/** Cloudflare averages storage over a month; 30 days. */
const SECONDS_PER_MONTH = DAYS_PER_MONTH * 24 * 3_600;

/**
 * What the account uses in a month: the run's own counts, and what each operation costs.
 *
 * @param times how often the run happens in a month; see `timesInMonth`
 */
export function monthlyUse(load: MeasuredLoad, times: number): MonthlyUse {
  const { kv = { reads: 0, writes: 0, deletes: 0, lists: 0 } } = load;
  const requests = requestsOf(load);
  const logEvents = requests * times * LOG_SAMPLING;
  const logGb = (logEvents * LOG_EVENT_BYTES) / BYTES_PER_GB;
  const rowsRead = sumOver(load, (name) => useOf(load, name).rowsRead);
  return {
    requests: requests * times,
    cpuMs: load.workerCpuMs * times,
    rowsRead: (rowsRead + requests * measuredUse.accountLookupRowsRead) * times,
    rowsWritten: sumOver(load, (name) => useOf(load, name).rowsWritten) * times,
    storageGb: accountBytes(load) / BYTES_PER_GB,
    kvReads: kv.reads * times,
    kvWrites: kv.writes * times,
    kvDeletes: kv.deletes * times,
    kvLists: kv.lists * times,
    kvStorageGb: (kv.writes * times * KV_ENTRY_SECONDS * KV_ENTRY_BYTES) / SECONDS_PER_MONTH / BYTES_PER_GB,
    logEvents,
    logIngestedGb: logGb,
    logStoredGb: (logGb * LOG_DAYS_KEPT) / DAYS_PER_MONTH,
    // Those of the shared placement are there without this account.
    databases: 0,
  };
}

/** All requests of the run, in the phases that count. */
export const requestsOf = (load: MeasuredLoad): number => sumOver(load, () => 1);

/** What the run's writes added to the account's shard, in bytes. */
export function growthBytes({ requests }: MeasuredLoad): number {
  const { growthBytes: each } = measuredUse;
  return sum(Object.entries(each).map(([name, bytes]) => (requests[name] ?? 0) * bytes));
}

/** The account's part of its shard's file, by the bytes of its documents. */
export function accountBytes(load: MeasuredLoad): number {
  const { shardFileBytes, accounts } = load.topology;
  const { shardId, documentBytes } = accountUnderTest(load);
  const onShard = accounts.filter((account) => account.shardId === shardId);
  const allBytes = onShard.reduce((sum, account) => sum + account.documentBytes, 0);
  return allBytes > 0 ? ((shardFileBytes[shardId] ?? 0) * documentBytes) / allBytes : 0;
}

/** @throws Error when the topology has none: a mistake of the caller */
export function accountUnderTest({
  topology: { accounts },
}: {
  readonly topology: Pick<MeasuredLoad['topology'], 'accounts'>;
}): AccountOnShard {
  const account = accounts.find(({ underTest }) => underTest);
  if (!account) throw new Error('No account of the topology is under test.');
  return account;
}

/** With KV between a miss and a hit, by how often the run had to fill KV. */
function useOf({ kv }: MeasuredLoad, name: string): Pick<Use, 'rowsRead' | 'rowsWritten'> {
  const use = measuredUse.operations[name];
  if (!use) throw new Error(`What ${name} costs was never measured: run npm run internal -- measure:rows.`);
  const { withoutKv, kvMiss, kvHit } = use;
  if (!kv) return withoutKv;
  const missShare = kv.reads > 0 ? Math.min(1, kv.writes / kv.reads) : 1;
  const between = (miss: number, hit: number): number => miss * missShare + hit * (1 - missShare);
  return {
    rowsRead: between(kvMiss.rowsRead, kvHit.rowsRead),
    rowsWritten: between(kvMiss.rowsWritten, kvHit.rowsWritten),
  };
}

const sumOver = ({ requests }: MeasuredLoad, each: (name: string) => number): number =>
  sum(Object.entries(requests).map(([name, count]) => count * each(name)));

import type { AccountOnShard, OperationCost, Phase } from '../../reports/schema/index.ts';
import { sum } from '../sum.ts';
import type { MonthlyUse } from './cost.ts';

/** What KV was asked in the phases that count, as `control.usage()` tells it. */
export interface KvUse {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly lists: number;
}

/** The same of R2. */
export type R2Use = KvUse;

/** What a run measured in the phases that count, and what it ran on. */
export interface MeasuredLoad {
  readonly phases: readonly Phase[];
  /** Requests of each operation; one that is missing made none. */
  readonly requests: Readonly<Record<string, number>>;
  /** What a request of each operation costs. */
  readonly costs: readonly OperationCost[];
  /** Documents that were created. */
  readonly created: number;
  /** Between two requests of people at work, whatever the run's own users were. */
  readonly meanThinkTimeMs: number;
  /** Processor time of the workerd processes that served them. */
  readonly workerCpuMs: number;
  readonly kv: KvUse;
  readonly r2: R2Use;
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
/** `observability.enabled` without a sampling rate: every invocation is logged. */
export const LOG_SAMPLING = 1;
/** Assumption: the JSON of one invocation, with URL, headers and what Cloudflare knows of the connection, before compression. */
const LOG_EVENT_BYTES = 3_000;
/** developers.cloudflare.com/observability/pricing */
const LOG_DAYS_KEPT = 7;
const DAYS_PER_MONTH = 30;

export const LOG_ASSUMPTION =
  `Workers Logs are taken to keep one event of each request (head_sampling_rate is ${LOG_SAMPLING}), for ${LOG_DAYS_KEPT} days; an event is taken for ` +
  `${LOG_EVENT_BYTES.toLocaleString('en-GB')} bytes before compression (assumption), and errors, which log a second one, for rare.`;

/** What a month of so many requests uses, without what does not come from requests. */
type RequestUse = Omit<MonthlyUse, 'cpuMs' | 'storageGb' | 'databases'>;

/**
 * What the account uses in a month: the run's own counts, and what each operation costs.
 *
 * @param times how often the run happens in a month; see `timesInMonth`
 */
export function monthlyUse(load: MeasuredLoad, times: number): MonthlyUse {
  const { kv, r2 } = load;
  const rows = (of: 'rowsRead' | 'rowsWritten'): number =>
    sumOver(load, (name) => costOf(load, name)[of].mean) * times;
  return {
    ...loggedRequests(requestsOf(load) * times),
    cpuMs: load.workerCpuMs * times,
    rowsRead: rows('rowsRead'),
    rowsWritten: rows('rowsWritten'),
    storageGb: accountBytes(load) / BYTES_PER_GB,
    kvReads: kv.reads * times,
    kvWrites: kv.writes * times,
    kvDeletes: kv.deletes * times,
    kvLists: kv.lists * times,
    // Class A are writes and lists, class B reads; to delete costs nothing.
    r2ClassA: (r2.writes + r2.lists) * times,
    r2ClassB: r2.reads * times,
    // Those of the shared placement are there without this account.
    databases: 0,
  };
}

/** What the requests of one operation use of that. */
export function operationUse(load: MeasuredLoad, operation: string, times: number): RequestUse {
  const requests = (load.requests[operation] ?? 0) * times;
  const { rowsRead, rowsWritten, kvReads, kvWrites, kvDeletes, kvLists } = costOf(load, operation);
  return {
    ...loggedRequests(requests),
    rowsRead: rowsRead.mean * requests,
    rowsWritten: rowsWritten.mean * requests,
    kvReads: kvReads * requests,
    kvWrites: kvWrites * requests,
    kvDeletes: kvDeletes * requests,
    kvLists: kvLists * requests,
    r2ClassA: 0,
    r2ClassB: 0,
  };
}

function loggedRequests(requests: number) {
  const logEvents = requests * LOG_SAMPLING;
  const logIngestedGb = (logEvents * LOG_EVENT_BYTES) / BYTES_PER_GB;
  return {
    requests,
    logEvents,
    logIngestedGb,
    logStoredGb: (logIngestedGb * LOG_DAYS_KEPT) / DAYS_PER_MONTH,
  };
}

/** All requests of the run, in the phases that count. */
export const requestsOf = (load: MeasuredLoad): number => sumOver(load, () => 1);

/**
 * What the run's writes added to the account's shard, in bytes: a document that is created takes as much as those that are there
 * take on average, indexes included.
 */
export const growthBytes = (load: MeasuredLoad): number => load.created * documentBytes(load);

/** What a document of the account takes of the file on average. */
export function documentBytes(load: Pick<MeasuredLoad, 'topology'>): number {
  const { documents } = accountUnderTest(load);
  return documents === 0 ? 0 : accountBytes(load) / documents;
}

/** The account's part of its shard's file, by the bytes of its documents. */
export function accountBytes(load: Pick<MeasuredLoad, 'topology'>): number {
  const { shardFileBytes, accounts } = load.topology;
  const { shardId, documentBytes } = accountUnderTest(load);
  const onShard = accounts.filter((account) => account.shardId === shardId);
  const allBytes = sum(onShard.map((account) => account.documentBytes));
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

function costOf({ costs }: Pick<MeasuredLoad, 'costs'>, name: string): OperationCost {
  const cost = costs.find(({ operation }) => operation === name);
  if (!cost) throw new Error(`No request of ${name} reached the Worker, and some were answered.`);
  return cost;
}

const sumOver = ({ requests }: MeasuredLoad, each: (name: string) => number): number =>
  sum(Object.entries(requests).map(([name, count]) => (count === 0 ? 0 : count * each(name))));

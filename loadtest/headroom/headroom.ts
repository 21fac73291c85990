import { formatSize } from '../../fixtures/index.ts';
import type { Headroom } from '../../reports/schema/index.ts';
import { billOf, costAssumptions, noPricesOn, PRICE_SOURCE, pricesOn } from './cost.ts';
import { billsOfMany, MANY_TENANTS_ASSUMPTION } from './many-tenants.ts';
import { dayAssumption, MONTH_ASSUMPTION, peopleAtWork, timesInMonth } from './month.ts';
import {
  accountBytes,
  accountUnderTest,
  growthBytes,
  KV_ENTRY_BYTES,
  KV_ENTRY_SECONDS,
  LOG_ASSUMPTION,
  type MeasuredLoad,
  monthlyUse,
  requestsOf,
} from './monthly-use.ts';
import { measuredUse } from './operation-use/index.ts';
import { GROWTH_ASSUMPTION, HISTORY_MONTHS, storageOf, TENANTS_ASSUMPTION } from './storage.ts';

const BYTES_PER_MB = 1e6;

/**
 * What is left until a shard is full, and what the account costs, when every month is as the run was.
 *
 * @param date of the run, as in 2026-11-27: it is billed at the prices of that day
 * @returns two bills of the same use on one basis, one for each placement; none outside the days of the price table
 */
export function headroomOf(load: MeasuredLoad, date: string): Headroom {
  const { tenants } = load;
  const times = timesInMonth(load.phases, tenants?.fullHoursPerDay);
  const people = peopleAtWork(load.phases, requestsOf(load), load.meanThinkTimeMs);
  const growthBytesPerMonth = growthBytes(load) * times;
  const { shardId } = accountUnderTest(load);
  const use = monthlyUse(load, times);
  const prices = pricesOn(date);
  return {
    storage: Object.entries(load.topology.shardFileBytes).map(([id, bytes]) =>
      storageOf(
        id,
        bytes,
        id === shardId ? { people, growthBytesPerMonth } : undefined,
        tenants?.growthPerMonth(id),
      ),
    ),
    bills: prices ? [billOf('shared', use, prices, people), billOf('dedicated', use, prices, people)] : [],
    ...(prices && { ofMany: billsOfMany(use, prices) }),
    priceTable: prices ? PRICE_SOURCE : noPricesOn(date),
    assumptions: [
      `Monthly figures are those of ${Math.round(people).toLocaleString('en-GB')} people at work, who ask for as much as the users of the run ` +
        'and think as long as those of the journey.',
      tenants ? dayAssumption(tenants.fullHoursPerDay) : MONTH_ASSUMPTION,
      tenants ? TENANTS_ASSUMPTION : GROWTH_ASSUMPTION,
      ...storageAssumptions(accountBytes(load), growthBytesPerMonth),
      ...useAssumptions(load),
      ...(prices ? [LOG_ASSUMPTION, ...costAssumptions(use, prices), MANY_TENANTS_ASSUMPTION] : []),
    ],
  };
}

function storageAssumptions(bytes: number, growthPerMonth: number): string[] {
  const { growthBytes } = measuredUse;
  const added = Object.entries(growthBytes).map(([name, each]) => `${name} adds ${Math.round(each)} bytes`);
  const historyPerMonth = bytes / HISTORY_MONTHS;
  return [
    `To the shard, indexes included, ${added.join(', and ')}; a change from the second on, because a mark replaces the one ` +
      'before. Nothing is ever deleted, and neighbours do not grow.',
    `The account's ${formatSize(bytes)} came in ten years (A5), ${megabytes(historyPerMonth)} a month; users who ` +
      `write as those of the run add ${megabytes(growthPerMonth)} a month.`,
  ];
}

const megabytes = (bytes: number): string => `${Math.round(bytes / BYTES_PER_MB).toLocaleString('en-GB')} MB`;

const useAssumptions = ({ kv }: MeasuredLoad): string[] => [
  `Rows are workerd's own count for each operation. ${measuredUse.howMade}`,
  `Every request looks its account up and reads ${measuredUse.accountLookupRowsRead} rows for it, as in an isolate that has just ` +
    'started: an upper bound, because an isolate remembers an account for 5 s.',
  "CPU is the processor time of workerd, its sockets included: an upper bound, because Cloudflare bills the Worker's own.",
  ...(kv
    ? [
        'KV is asked as often as in the run, and a read after which the entry was not written is a hit. An entry lives for ' +
          `${KV_ENTRY_SECONDS} s and takes at most ${KV_ENTRY_BYTES} bytes.`,
      ]
    : []),
];

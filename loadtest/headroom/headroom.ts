import { formatSize } from '../../fixtures/index.ts';
import { formatCount } from '../../reports/document/index.ts';
import type { ExchangeRate, Headroom, OperationBill } from '../../reports/schema/index.ts';
import {
  billOf,
  costAssumptions,
  freePlanText,
  noPricesOn,
  PRICE_SOURCE,
  type Prices,
  pricesOn,
  usdOfUse,
} from './cost.ts';
import { billsOfMany, MANY_TENANTS_ASSUMPTION } from './many-tenants.ts';
import { dayAssumption, MONTH_ASSUMPTION, peopleAtWork, timesInMonth, WORKING_DAYS } from './month.ts';
import {
  accountBytes,
  accountUnderTest,
  documentBytes,
  growthBytes,
  LOG_ASSUMPTION,
  type MeasuredLoad,
  monthlyUse,
  operationUse,
  requestsOf,
} from './monthly-use.ts';
import { GROWTH_ASSUMPTION, HISTORY_MONTHS, storageOf, TENANTS_ASSUMPTION } from './storage.ts';

const BYTES_PER_MB = 1e6;

/**
 * What is left until a shard is full, and what the account costs, when every month is as the run was.
 *
 * @param date of the run, as in 2026-11-27: it is billed at the prices of that day
 * @param rate of a currency in which the totals are told as well
 * @returns two bills of the same use on one basis, one for each placement; none outside the days of the price table
 */
export function headroomOf(load: MeasuredLoad, date: string, rate?: ExchangeRate): Headroom {
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
    ...(prices && rate && { rate }),
    operations: prices ? operationBills(load, prices, times) : [],
    priceTable: prices ? PRICE_SOURCE : noPricesOn(date),
    assumptions: [
      `Monthly figures are those of ${formatCount(Math.round(people))} people at work, who ask for as much as the users of the run ` +
        'and think as long as those of the journey.',
      tenants ? dayAssumption(tenants.fullHoursPerDay) : MONTH_ASSUMPTION,
      tenants ? TENANTS_ASSUMPTION : GROWTH_ASSUMPTION,
      ...storageAssumptions(load, growthBytesPerMonth),
      ...USE_ASSUMPTIONS,
      ...(prices
        ? [
            LOG_ASSUMPTION,
            ...costAssumptions(use, prices),
            MANY_TENANTS_ASSUMPTION,
            freePlanText(use, prices, WORKING_DAYS),
          ]
        : []),
    ],
  };
}

/** What a month of each operation's requests costs, dearest first. */
const operationBills = (load: MeasuredLoad, prices: Prices, times: number): OperationBill[] =>
  Object.keys(load.requests)
    .filter((operation) => load.requests[operation] !== 0)
    .map((operation) => {
      const use = operationUse(load, operation, times);
      const { requests, rowsRead, rowsWritten, kvReads, kvWrites, kvDeletes, kvLists } = use;
      return {
        ...{ operation, requests, rowsRead, rowsWritten, kvReads },
        kvWrites: kvWrites + kvDeletes + kvLists,
        usd: usdOfUse(use, prices),
      };
    })
    .toSorted((a, b) => b.usd - a.usd);

function storageAssumptions(load: MeasuredLoad, growthPerMonth: number): string[] {
  const bytes = accountBytes(load);
  return [
    `A document that is created adds ${formatCount(Math.round(documentBytes(load)))} bytes to the shard, as those that are there take on ` +
      'average with their indexes (assumption); a change adds none. Nothing is ever deleted, and neighbours do not grow.',
    `The account's ${formatSize(bytes)} came in ten years (assumption), ${megabytes(bytes / HISTORY_MONTHS)} a month; users who ` +
      `write as those of the run add ${megabytes(growthPerMonth)} a month.`,
  ];
}

const megabytes = (bytes: number): string => `${formatCount(Math.round(bytes / BYTES_PER_MB))} MB`;

const USE_ASSUMPTIONS = [
  "Rows are workerd's own count of the statements of this run: of each operation, the mean of a request, times the requests of a month.",
  "CPU is the processor time of workerd, its sockets included: an upper bound, because Cloudflare bills the Worker's own.",
  'KV and R2 are asked as often as in the run. What they store is not on the bill, nor what Durable Objects do, nor what the Worker does ' +
    'without being asked, as on a cron.',
];

import { formatSize } from '../../fixtures/index.ts';
import { formatCount, formatPercent, formatUsd } from '../../reports/document/index.ts';
import type { DatabaseUse, Headroom, TenantsOfRun, Verdict } from '../../reports/schema/index.ts';
import { latencyOf } from '../../reports/statistics/index.ts';
import { newTotals } from '../generator/index.ts';
import { type KvUse, type MeasuredLoad, storageOf } from '../headroom/index.ts';
import { sum } from '../sum.ts';
import type { TenantsChoice } from '../tenants/index.ts';
import type { Evidence } from '../verdict/index.ts';
import type { ShardContent } from './facts.ts';

/** What a run of a tenants file came to, besides. */
interface Answered {
  readonly verdict: Verdict;
  readonly shards: readonly ShardContent[];
  readonly databases: readonly DatabaseUse[];
  readonly headroom: Headroom | null;
  readonly startedAt: Date;
}

const MONTHS_PER_YEAR = 12;
/** Beyond ten years a month more or less of a straight line says nothing. */
const FAR_OFF_MONTHS = 120;

/** The answer in words of the business, and what each tenant saw. */
export function tenantsOf(
  choice: TenantsChoice,
  { aggregate, others = [] }: Evidence,
  answered: Answered,
): TenantsOfRun {
  const { tenants, moment, underTest } = choice;
  const seen = new Map([
    [underTest, aggregate],
    ...others.map((other) => [other.account, other.aggregate] as const),
  ]);
  return {
    ...decisionOf(choice, answered),
    moment,
    tenants: tenants.map(({ fullHoursPerDay: _, ...tenant }) => {
      const { requests, failures, histogram } = seen.get(tenant.id)?.total ?? newTotals();
      return { ...tenant, requests, failures, latency: latencyOf(histogram) };
    }),
  };
}

/** How fast a shard grows when each of its tenants grows as the file says: in a straight line. @returns bytes a month */
const growthPerMonth = ({ tenants }: Pick<TenantsChoice, 'tenants'>, shardId: string): number =>
  tenants.reduce(
    (sum, tenant) => sum + (tenant.shardId === shardId ? tenant.growthBytesPerYear / MONTHS_PER_YEAR : 0),
    0,
  );

function decisionOf(choice: TenantsChoice, answered: Answered): Pick<TenantsOfRun, 'choice' | 'sentence'> {
  const { tenants, moment } = choice;
  const measured = tenants.filter(({ isMeasured }) => isMeasured);
  const beside = tenants.filter(({ isMeasured, atWork }) => !isMeasured && atWork > 0);
  const shards = [...new Set(measured.map(({ shardId }) => shardId))];
  const one = measured.length === 1;
  const who = listed(
    measured.map(
      ({ name, sizeBytes, atWork }) => `${name} (${formatSize(sizeBytes)}, ${formatCount(atWork)} people)`,
    ),
  );
  const where =
    `on ${listed(shards)}${beside.length === 0 ? '' : ` beside ${listed(beside.map(({ name }) => name))}`} at ${moment}, ` +
    'when most people are at work';
  const { outcome, reason } = answered.verdict;
  if (outcome === 'FAIL')
    return {
      choice: one ? 'does not fit' : 'do not fit',
      sentence: `${who} ${one ? 'does' : 'do'} not fit ${where}. What gives way first: ${reason}`,
    };
  if (outcome !== 'PASS')
    return {
      choice: 'not known',
      sentence: `Whether ${who} ${one ? 'fits' : 'fit'} ${where} is not known: ${reason}`,
    };
  return {
    choice: one ? 'fits' : 'fit',
    sentence: `${who} ${one ? 'fits' : 'fit'} ${where}, ${untilWhen(choice, shards, answered)}.${busyText(answered, shards)}${costText(answered, one)}`,
  };
}

/** By the one growth model: each tenant goes on by what the file says, every year the same. */
function untilWhen(
  choice: TenantsChoice,
  shards: readonly string[],
  { shards: contents, startedAt }: Answered,
): string {
  const [first] = contents
    .filter(({ shardId }) => shards.includes(shardId))
    .map(({ shardId, manifest }) =>
      storageOf(shardId, manifest.fileBytes, undefined, growthPerMonth(choice, shardId)),
    )
    .toSorted(
      (a, b) => (a.monthsLeft ?? Number.POSITIVE_INFINITY) - (b.monthsLeft ?? Number.POSITIVE_INFINITY),
    );
  if (!first || first.monthsLeft === null)
    return 'for as long as nobody grows (growth model: the tenants file)';
  const model = 'if its tenants grow as the file says, in a straight line';
  if (first.monthsLeft > FAR_OFF_MONTHS) return `for more than ten years ${model}`;
  const until = new Date(startedAt);
  until.setUTCDate(1);
  until.setUTCMonth(until.getUTCMonth() + Math.floor(first.monthsLeft));
  const month = until.toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return `until ${month}: what gives way first are the ${formatSize(first.limitBytes)} of ${first.shardId}, ${model}`;
}

function busyText({ databases }: Answered, shards: readonly string[]): string {
  const busiest = databases
    .filter(({ database }) => shards.includes(database))
    .toSorted((a, b) => b.utilisation - a.utilisation)[0];
  return busiest ? ` The database is busy ${formatPercent(100 * busiest.utilisation)} of the time then.` : '';
}

function costText({ headroom }: Answered, one: boolean): string {
  const bill = (placement: string) => headroom?.bills.find((each) => each.placement === placement)?.totalUsd;
  const [shared, dedicated] = [bill('shared'), bill('dedicated')];
  if (!one || shared === undefined || dedicated === undefined) return '';
  return ` It costs ${formatUsd(shared)} a month at list price there, and ${formatUsd(dedicated)} on a shard of its own.`;
}

/** As in `a, b and c`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The part of what all tenants used together that is the one's under test, by its requests. */
export function shareOfRequests({ aggregate, others = [] }: Pick<Evidence, 'aggregate' | 'others'>): number {
  const all = [aggregate, ...others.map((other) => other.aggregate)].map(({ total }) => total.requests);
  return (
    aggregate.total.requests /
    Math.max(
      1,
      all.reduce((sum, each) => sum + each, 0),
    )
  );
}

/** The same share of everything that was asked of all namespaces, or all buckets. */
export const sharesOf = (uses: readonly KvUse[], share: number): KvUse => ({
  reads: share * sum(uses.map(({ reads }) => reads)),
  writes: share * sum(uses.map(({ writes }) => writes)),
  deletes: share * sum(uses.map(({ deletes }) => deletes)),
  lists: share * sum(uses.map(({ lists }) => lists)),
});

/** What a month is of, and how much comes to each shard in it. */
export const tenantsMonth = (choice: TenantsChoice): NonNullable<MeasuredLoad['tenants']> => ({
  fullHoursPerDay: choice.tenants.find(({ id }) => id === choice.underTest)?.fullHoursPerDay ?? 0,
  growthPerMonth: (shardId) => growthPerMonth(choice, shardId),
});

import { z } from 'zod';
import { formatSize } from '../../fixtures/index.ts';
import { readBehaviour, readReplicationFlag, systemFlags } from '../../reference-worker/target/index.ts';
import { exitCodeOf, type Invocation, readOptions, wholeNumber } from '../../reports/command/index.ts';
import { formatCount, formatMs, formatPercent } from '../../reports/document/index.ts';
import { sizeFlag } from '../flags.ts';
import { scenarioOf, shapes } from '../scenarios/index.ts';
import { chosenSubject, type LoadSubject } from '../system.ts';
import { chosenTenants, type PlacedTenant } from '../tenants/index.ts';
import { predictShards, type ShardPrediction } from './predict-shards.ts';

const Flags = z.strictObject({
  ...systemFlags,
  tenants: z.string().min(1).optional(),
  whatIf: z.array(z.string()),
  users: wholeNumber(1, 1_000_000),
  size: sizeFlag,
  latency: z.string(),
  readReplication: readReplicationFlag,
  seed: wholeNumber(),
});
type Flags = z.infer<typeof Flags>;

/** More are summed up. */
const SHOWN = 10;
const NAMED = 3;
const MONTHS_PER_YEAR = 12;

/** `shardproof predict`: what the model says of tenants and shards, before anything is seeded or started. */
export async function predict({ given }: Invocation): Promise<number> {
  const flags = readOptions(Flags, given);
  const { system: name, config } = flags;
  const subject = await chosenSubject({ system: name, config });
  const { tenants, moment } = tenantsOf(flags, subject);
  const aims = { databases: [], namespaces: [] };
  const { latency, readReplication } = readBehaviour(flags.latency, aims, flags.readReplication);
  const scenario = { ...scenarioOf(shapes.soak, subject.system), seed: flags.seed };
  const shards = predictShards(tenants, scenario, latency, readReplication === 'auto');
  const replicas = readReplication === 'auto' ? ' with replicas' : '';
  console.log(render(shards, `${latency.name}${replicas}${moment === undefined ? '' : `, at ${moment}`}`));
  return shards.some(({ missed }) => missed.length > 0) ? exitCodeOf.FAIL : exitCodeOf.PASS;
}

/** Those of the file, or the account under test alone. */
function tenantsOf(
  { tenants, whatIf, users, size }: Flags,
  { placements }: LoadSubject,
): { readonly tenants: readonly PlacedTenant[]; readonly moment?: string } {
  if (tenants !== undefined) return chosenTenants(tenants, whatIf, placements);
  const { underTest, topologies } = placements;
  const shardId =
    Object.values(topologies)[0]?.accounts.find(({ id }) => id === underTest)?.shardId ?? underTest;
  const alone: PlacedTenant = {
    ...{ id: underTest, name: underTest, shardId, sizeBytes: size, growthBytesPerYear: size / 10 },
    ...{ people: users, atWork: users, fullHoursPerDay: 0, isMeasured: true },
  };
  return { tenants: [alone] };
}

/** @param how the profile, and the moment */
function render(shards: readonly ShardPrediction[], how: string): string {
  const missed = shards.filter((shard) => shard.missed.length > 0);
  const full = (months: number) =>
    shards.filter(({ monthsLeft }) => monthsLeft !== null && monthsLeft < months);
  const shown = shards
    .toSorted((a, b) => b.missed.length - a.missed.length || b.answers.busyShare - a.answers.busyShare)
    .slice(0, SHOWN);
  const first = shards
    .filter(({ monthsLeft }) => monthsLeft !== null)
    .toSorted((a, b) => (a.monthsLeft ?? 0) - (b.monthsLeft ?? 0))
    .slice(0, NAMED);
  return [
    `A prediction by the queue model of ${how}: nothing was measured, and the Worker takes no time in it.`,
    missed.length === 0
      ? `Every objective is kept on ${shards.length === 1 ? shards[0]?.shardId : `all ${formatCount(shards.length)} shards`}.`
      : `${formatCount(missed.length)} of ${formatCount(shards.length)} shards would miss an objective, first ${missed[0]?.shardId}: ${missed[0]?.missed.join(', ')}.`,
    `${formatCount(full(MONTHS_PER_YEAR).length)} of ${formatCount(shards.length)} shards are full within a year` +
      `${first.length === 0 ? '' : `; the first are full: ${first.map(({ shardId, monthsLeft }) => `${shardId} in ${formatCount(Math.floor(monthsLeft ?? 0))} months`).join(', ')}`}.`,
    '',
    row('shard', 'tenants', 'at work', 'holds', 'requests/s', 'busy', 'mean', 'p95'),
    ...shown.map(({ shardId, tenants, atWork, bytes, answers }) =>
      row(
        shardId,
        formatCount(tenants.length),
        formatCount(atWork),
        formatSize(bytes),
        formatCount(answers.requestsPerSecond),
        formatPercent(100 * answers.busyShare),
        formatMs(answers.meanMs),
        formatMs(answers.p95Ms),
      ),
    ),
    ...(shards.length > shown.length
      ? [`and ${formatCount(shards.length - shown.length)} shards that are less busy`]
      : []),
  ].join('\n');
}

const row = (first: string, ...others: readonly string[]): string =>
  `${first.padEnd(16)}${others.map((each) => each.padStart(12)).join('')}`;

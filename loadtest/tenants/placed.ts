import { formatSize, MAX_SIZE_BYTES } from '../../fixtures/index.ts';
import type { Placements, Topology } from '../../reference-worker/target/index.ts';
import { badOption } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';
import { sum } from '../sum.ts';
import { busiestMinute, dayOf, fullHours, shareAt, timeOfDay } from './day.ts';
import { ALL_TENANTS, type Tenant, type TenantsFile } from './tenants-file.ts';

/** A tenant where it is, at the busiest moment of its shards. */
export interface PlacedTenant extends Pick<Tenant, 'name' | 'sizeBytes' | 'growthBytesPerYear'> {
  readonly id: string;
  readonly shardId: string;
  /** All who work with it. */
  readonly people: number;
  /** Of them, those who are at work at the busiest moment. */
  readonly atWork: number;
  /** How many hours at this load make one of its days. */
  readonly fullHoursPerDay: number;
  /** Whether it is its capacity that is asked for. */
  readonly isMeasured: boolean;
}

/** What a tenants file asks for: whose capacity, and with whom they share. */
export interface PlacedTenants {
  /** The shards of the measured tenants, and what is bound to them. */
  readonly topology: Topology;
  /** All that are on these shards. */
  readonly tenants: readonly PlacedTenant[];
  /** When most of them are at work, as in `09:00`. */
  readonly moment: string;
  /** The measured tenant, the one with the most people at work where there are several. */
  readonly underTest: string;
}

/** A tenant that is tried on another shard. */
export interface Move {
  readonly tenant: string;
  readonly shard: string;
}

const shardsOf = ({ deployments }: TenantsFile): string[] => Object.values(deployments).flat();

/** Reads what --what-if was given, as in `northwind=shard-eu-2`. @throws CommandError `bad_option` */
export function moveOf(given: string, file: TenantsFile): Move {
  const [tenant = '', shard = '', ...more] = given.split('=');
  const refused = (why: string) => badOption('what-if', `${given}: ${why}`);
  if (shard === '' || more.length > 0) throw refused('say which tenant goes where, as in tenant=shard');
  const from = file.tenants[tenant]?.shard;
  if (from === undefined) throw refused(`the file has no tenant ${tenant}`);
  if (!shardsOf(file).includes(shard))
    throw refused(`the file has no shard ${shard}; it has ${shardsOf(file).join(', ')}`);
  if (from === shard) throw refused(`${tenant} is on ${shard} already`);
  return { tenant, shard };
}

/** The file with tenants on other shards. @throws LoadTestError `bad_tenants` for a shard that would be too full */
export function withMoves(file: TenantsFile, moves: readonly Move[]): TenantsFile {
  const tenants = { ...file.tenants };
  for (const { tenant, shard } of moves) {
    const moved = tenants[tenant];
    if (moved) tenants[tenant] = { ...moved, shard };
  }
  return { ...file, tenants };
}

/**
 * @param placements of the system whose tenants they are
 * @throws LoadTestError `bad_tenants` for a shard that the system does not have, or that could not hold its tenants, and for a
 *   moment without anybody at work
 */
export function placedTenants(file: TenantsFile, placements: Placements): PlacedTenants {
  const all = Object.entries(file.tenants).map(([id, tenant]) => ({
    ...{ id, tenant, day: dayOf(tenant.day), users: tenant.users },
    isMeasured: file.measured === ALL_TENANTS || file.measured === id,
  }));
  const shards = new Set(all.filter(({ isMeasured }) => isMeasured).map(({ tenant }) => tenant.shard));
  const there = all.filter(({ tenant }) => shards.has(tenant.shard));
  for (const shard of shards)
    assertFits(
      shard,
      there.flatMap(({ tenant }) => (tenant.shard === shard ? [tenant] : [])),
    );
  const minute = busiestMinute(there);
  const tenants = there.map(
    ({
      id,
      tenant: { name, sizeBytes, growthBytesPerYear, shard, users },
      day,
      isMeasured,
    }): PlacedTenant => ({
      ...{ id, name, sizeBytes, growthBytesPerYear, isMeasured },
      shardId: shard,
      people: users,
      atWork: Math.round(users * shareAt(day, minute)),
      fullHoursPerDay: fullHours(day, minute),
    }),
  );
  const [underTest] = tenants
    .filter(({ isMeasured }) => isMeasured)
    .toSorted((one, other) => other.atWork - one.atWork);
  const moment = timeOfDay(minute);
  if (!underTest || underTest.atWork === 0)
    throw new LoadTestError(
      'bad_tenants',
      `measured: nobody of ${underTest?.name} is at work at ${moment}, when the shard is busiest. Measure a tenant that is, or mend its day.`,
    );
  return {
    topology: topologyOf(file, tenants, shards, placements),
    tenants,
    moment,
    underTest: underTest.id,
  };
}

function assertFits(shard: string, tenants: readonly Tenant[]): void {
  const bytes = sum(tenants.map(({ sizeBytes }) => sizeBytes));
  if (bytes <= MAX_SIZE_BYTES) return;
  const sizes = tenants.map(({ name, sizeBytes }) => `${name} ${formatSize(sizeBytes)}`).join(', ');
  throw new LoadTestError(
    'bad_tenants',
    `${shard} would hold ${formatSize(bytes)} (${sizes}), and D1 stops a database at ${formatSize(MAX_SIZE_BYTES)}: they do ` +
      'not fit on it today. Put one of them on another shard, in the file or by --what-if.',
  );
}

function topologyOf(
  { deployments }: TenantsFile,
  tenants: readonly PlacedTenant[],
  shards: ReadonlySet<string>,
  { bindingOf, topologies }: Placements,
): Topology {
  const own = Object.values(topologies).flatMap((topology) => topology.deployments);
  for (const [name, bound] of Object.entries(deployments))
    if (!bindingOf && !own.some((one) => one.name === name && bound.every((id) => one.shardIds.includes(id))))
      throw new LoadTestError(
        'bad_tenants',
        `deployments.${name}: the system is deployed as ${own.map((one) => `${one.name} with ${one.shardIds.join(', ')}`).join('; ')}. Name those.`,
      );
  return {
    name: 'tenants',
    shards: [...shards].map((id) => ({ id, binding: bindingOf?.(id) ?? id })),
    deployments: Object.entries(deployments).flatMap(([name, bound]) => {
      const shardIds = bound.filter((shard) => shards.has(shard));
      return shardIds.length > 0 ? [{ name, shardIds }] : [];
    }),
    accounts: tenants.map(({ id, name, shardId }) => ({ id, name, shardId, domains: [] })),
  };
}

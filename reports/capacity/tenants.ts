import {
  figureColumns,
  formatBytes,
  formatCount,
  formatMs,
  type Section,
  table,
  wordColumns,
} from '../document/index.ts';
import type { TenantsOfRun } from '../schema/index.ts';

/** Who was on the shards, how many of them at work, and what they saw. @param hasFigures whether the run shows figures */
export function tenantsThere({ tenants, moment }: TenantsOfRun, hasFigures: boolean): Section {
  return {
    id: 'tenants',
    title: 'Tenants',
    folded: true,
    blocks: table({
      caption: `Who was on the shards, and at work at ${moment}`,
      columns: [
        ...wordColumns('Tenant', 'Shard'),
        ...figureColumns('Size', 'Growth a year', 'People', 'At work'),
        ...(hasFigures ? figureColumns('Requests', 'Failed', 'p95') : []),
      ],
      rows: tenants.map((tenant) => [
        tenant.isMeasured ? `${tenant.name} (measured)` : tenant.name,
        tenant.shardId,
        formatBytes(tenant.sizeBytes),
        formatBytes(tenant.growthBytesPerYear),
        formatCount(tenant.people),
        formatCount(tenant.atWork),
        ...(hasFigures
          ? [
              formatCount(tenant.requests),
              formatCount(tenant.failures),
              tenant.requests === 0 ? '–' : formatMs(tenant.latency.p95Ms),
            ]
          : []),
      ]),
    }),
  };
}

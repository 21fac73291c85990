import { z } from 'zod';
import { Latency } from './latency.ts';

/** A tenant that was on a shard of the run. */
export const TenantOfRun = z.strictObject({
  id: z.string(),
  name: z.string(),
  shardId: z.string(),
  sizeBytes: z.int().positive(),
  growthBytesPerYear: z.number().nonnegative(),
  people: z.int().positive(),
  /** Of them, at the moment of the run. */
  atWork: z.int().nonnegative(),
  /** Whether its capacity was asked for: others are at work, and are held to the guarantees alone. */
  isMeasured: z.boolean(),
  /** In the phases that count. */
  requests: z.int().nonnegative(),
  failures: z.int().nonnegative(),
  latency: Latency,
});
export type TenantOfRun = z.infer<typeof TenantOfRun>;

/** What a run of a tenants file answers. */
export const TenantsOfRun = z.strictObject({
  /** As in `fits`. */
  choice: z.string(),
  /** Whether the measured tenants fit, until when, what gives way first, and what it costs. */
  sentence: z.string(),
  /** The time of day at which most of them are at work, as in `09:00`. */
  moment: z.string(),
  tenants: z.array(TenantOfRun).min(1),
});
export type TenantsOfRun = z.infer<typeof TenantsOfRun>;

import { CACHE_DEFECTS } from './cache.ts';
import { CACHE_ANSWER_DEFECTS } from './cache-answers.ts';
import { EDGE_CACHE_DEFECTS } from './cache-edge.ts';
import { CACHE_ENTRY_DEFECTS } from './cache-entries.ts';
import { SHARED_CACHING_DEFECTS } from './cache-headers.ts';
import { CONSISTENCY_DEFECTS } from './consistency.ts';
import { CONSISTENCY_WRITE_DEFECTS } from './consistency-writes.ts';
import type { Defect } from './defect.ts';
import { ISOLATION_DEFECTS } from './isolation.ts';
import { LIMITS_DEFECTS } from './limits.ts';
import { RESIDENCY_DEFECTS } from './residency.ts';
import { ROBUSTNESS_DEFECTS } from './robustness.ts';
import { ROUTING_DEFECTS } from './routing.ts';

/** Every planted defect there is. */
export const DEFECTS: readonly Defect[] = [
  ...ISOLATION_DEFECTS,
  ...CONSISTENCY_DEFECTS,
  ...CONSISTENCY_WRITE_DEFECTS,
  ...CACHE_DEFECTS,
  ...CACHE_ANSWER_DEFECTS,
  ...CACHE_ENTRY_DEFECTS,
  ...SHARED_CACHING_DEFECTS,
  ...EDGE_CACHE_DEFECTS,
  ...ROUTING_DEFECTS,
  ...LIMITS_DEFECTS,
  ...ROBUSTNESS_DEFECTS,
  ...RESIDENCY_DEFECTS,
];

import { CACHE_CHECKS } from './cache/index.ts';
import type { Check } from './check.ts';
import { CONSISTENCY_CHECKS } from './consistency/index.ts';
import { FRESHNESS_CHECKS } from './freshness/index.ts';
import { ISOLATION_CHECKS } from './isolation/index.ts';
import { LIMITS_CHECKS } from './limits/index.ts';
import { RESIDENCY_CHECKS } from './residency/index.ts';
import { ROBUSTNESS_CHECKS } from './robustness/index.ts';
import { ROUTING_CHECKS } from './routing/index.ts';
import { SEMANTICS_CHECKS } from './semantics/index.ts';
import { VISITORS_CHECKS } from './visitors/index.ts';

/** Every check there is, in the order in which they run and are reported. */
export const CHECKS: readonly Check[] = [
  ...ISOLATION_CHECKS,
  ...CONSISTENCY_CHECKS,
  ...CACHE_CHECKS,
  ...ROUTING_CHECKS,
  ...LIMITS_CHECKS,
  ...SEMANTICS_CHECKS,
  ...ROBUSTNESS_CHECKS,
  ...RESIDENCY_CHECKS,
  ...VISITORS_CHECKS,
  ...FRESHNESS_CHECKS,
];

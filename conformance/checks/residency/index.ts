import type { Check } from '../check.ts';
import { erasedAtDelete } from './erased-at-delete.ts';
import { onlyInItsShard } from './only-in-its-shard.ts';
import { popAndRegionEvidence } from './pop-and-region-evidence.ts';

/** Where data are, as far as that can be seen from outside. */
export const RESIDENCY_CHECKS: readonly Check[] = [popAndRegionEvidence, onlyInItsShard, erasedAtDelete];

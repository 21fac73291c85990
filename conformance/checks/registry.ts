import type { Check } from './check.ts';
import { swappedId } from './isolation/swapped-id.ts';

/** Every check there is, in the order in which they run and are reported. */
export const CHECKS: readonly Check[] = [swappedId];

import type { Check } from '../check.ts';
import { accountDatabaseDown } from './account-database-down.ts';
import { coldIsolate } from './cold-isolate.ts';
import { deactivationDespiteLag } from './deactivation-despite-lag.ts';
import { deactivationHonoured } from './deactivation-honoured.ts';
import { hostRouting } from './host-routing.ts';
import { moveHonoured } from './move-honoured.ts';
import { newAccountAtOnce } from './new-account-at-once.ts';
import { renameHonoured } from './rename-honoured.ts';
import { unknownShardRefused } from './unknown-shard-refused.ts';

/** Which database serves an account, and when a change of that is noticed. */
export const ROUTING_CHECKS: readonly Check[] = [
  unknownShardRefused,
  deactivationHonoured,
  deactivationDespiteLag,
  moveHonoured,
  newAccountAtOnce,
  hostRouting,
  renameHonoured,
  accountDatabaseDown,
  coldIsolate,
];

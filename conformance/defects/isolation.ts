import type { Defect } from './defect.ts';
import { ISOLATION_CACHE_DEFECTS } from './isolation-caches.ts';
import { ISOLATION_IDENTITY_DEFECTS } from './isolation-identity.ts';
import { ISOLATION_ORACLE_DEFECTS } from './isolation-oracles.ts';
import { ISOLATION_STATEMENT_DEFECTS } from './isolation-statements.ts';
import { ISOLATION_TOKEN_DEFECTS } from './isolation-tokens.ts';

/** Workers that show, change or tell what belongs to another account. */
export const ISOLATION_DEFECTS: readonly Defect[] = [
  ...ISOLATION_STATEMENT_DEFECTS,
  ...ISOLATION_IDENTITY_DEFECTS,
  ...ISOLATION_TOKEN_DEFECTS,
  ...ISOLATION_CACHE_DEFECTS,
  ...ISOLATION_ORACLE_DEFECTS,
];

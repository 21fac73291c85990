/** Tenants by name: how large they are, where, and at work when. */
export { chosenTenants, scenarioOfTenant, type TenantsChoice } from './choice.ts';
export type { PlacedTenant } from './placed.ts';
export { tenantsSchema } from './tenants-file.ts';

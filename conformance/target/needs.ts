import type { Adapter, OperationKind } from '../contract/index.ts';
import { ROLES, type Role, type TestAccount } from './target.ts';

/** What a target can offer beyond its accounts and routes. */
const CAPABILITIES = {
  'another-account': 'needs the token of a second account',
  operator: 'needs hands on the account database, the shards and KV, as on the local platform',
  faults: 'needs planned faults, as on the local platform',
  lag: 'needs replicas that lag on a clock that can be stepped, as on the local platform',
  kv: 'needs a Worker that uses KV',
  signing: 'needs tokens that can be signed at will, as on the local platform',
} as const;
export type Capability = keyof typeof CAPABILITIES;

/** What a check may need beyond one account that it can write to: a capability, another account, a route. */
export type Need = Capability | Exclude<Role, 'subject'> | OperationKind;

export interface Offer {
  readonly capabilities: readonly Exclude<Capability, 'another-account'>[];
  readonly accounts: readonly TestAccount[];
  readonly adapter: Adapter;
}

/** Why an offer does not meet a need; undefined when it does. */
export function lackOf(need: Need, { capabilities, accounts, adapter }: Offer): string | undefined {
  if (need === 'another-account') return accounts.length > 1 ? undefined : CAPABILITIES[need];
  if (isRole(need)) {
    const isThere = accounts.some(({ role }) => role === need);
    return isThere ? undefined : `needs an account in the role ${need}`;
  }
  if (isCapability(need)) return capabilities.some((each) => each === need) ? undefined : CAPABILITIES[need];
  return adapter.routes[need] ? undefined : `needs a route for ${need}, and ${adapter.name} has none`;
}

const isRole = (need: string): need is Role => ROLES.some((role) => role === need);
const isCapability = (need: string): need is Capability => Object.hasOwn(CAPABILITIES, need);

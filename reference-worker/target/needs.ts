import type { OperationKind } from './operation.ts';
import { PROMISES, type PromiseName, resourcesWith, routeTo, type System } from './system/index.ts';
import { ROLES, type Role, type TestAccount } from './test-account.ts';

/** What a target can offer beyond its accounts and routes. */
const CAPABILITIES = {
  'another-account': 'needs the token of a second account',
  operator:
    'needs hands on an account database, shards and KV, which the deployment of this system does not give',
  faults: 'needs planned faults, as on the local platform',
  lag: 'needs replicas that lag on a clock that can be stepped, as on the local platform',
  kv: 'needs a Worker that caches documents in KV, and whose answers tell whether a cache made them',
  signing: 'needs tokens that can be signed at will, which the deployment of this system does not give',
} as const;
export type Capability = keyof typeof CAPABILITIES;

/** What a system has or has not, beside routes. */
const FEATURES = {
  bookmarks: 'needs a Worker with bookmarks: the system names no bookmarkHeader, and no bookmarkCookie',
  'if-match':
    'needs a Worker that takes If-Match: the system has no etagOf, or one of weak tags, which If-Match never matches (RFC 9110, 13.1.1)',
  visitors: 'needs pages that anybody may look at: the system describes no visitors',
  hostnames: 'needs hostnames that an account takes and gives up: the system describes none for visitors',
  'view-limit': 'needs a limit of views of one account: the system describes none for visitors',
  copies:
    'needs a Worker that copies an upstream which stands beside it: the description has no part copies with one',
} as const;
type Feature = keyof typeof FEATURES;

const HAS: Readonly<Record<Feature, (system: System) => boolean>> = {
  bookmarks: ({ request }) => (request.bookmarkHeader ?? request.bookmarkCookie) !== undefined,
  'if-match': ({ request }) => request.etagOf?.(1).startsWith('"') ?? false,
  visitors: ({ visitors }) => visitors !== undefined,
  hostnames: ({ visitors }) => visitors?.hostnames !== undefined,
  copies: ({ copies = {} }) => Object.values(copies).some(({ upstream }) => upstream !== undefined),
  'view-limit': ({ visitors }) => visitors?.limit !== undefined,
};

/** What a check may need beyond one account that it can write to: a capability, another account, a route, a promise. */
export type Need = Capability | Feature | PromiseName | Exclude<Role, 'subject'> | OperationKind;

export interface Offer {
  readonly capabilities: readonly Exclude<Capability, 'another-account'>[];
  readonly accounts: readonly TestAccount[];
  readonly system: System;
}

/** Why an offer does not meet a need; undefined when it does. */
export function lackOf(need: Need, { capabilities, accounts, system }: Offer): string | undefined {
  if (need === 'another-account') return accounts.length > 1 ? undefined : CAPABILITIES[need];
  if (isRole(need)) {
    const isThere = accounts.some(({ role }) => role === need);
    return isThere ? undefined : `needs an account in the role ${need}`;
  }
  if (isCapability(need)) return capabilities.some((each) => each === need) ? undefined : CAPABILITIES[need];
  if (isFeature(need)) return HAS[need](system) ? undefined : FEATURES[need];
  if (isPromise(need))
    return system.promises.includes(need)
      ? undefined
      : `needs a Worker that promises ${PROMISES[need]}, and ${system.name} does not`;
  const isServed =
    need === 'batch'
      ? routeTo(system, need) !== undefined
      : resourcesWith(system, { routes: [need] }).length > 0;
  return isServed ? undefined : `needs a route for ${need}, and ${system.name} has none`;
}

const isRole = (need: string): need is Role => ROLES.some((role) => role === need);
const isFeature = (need: string): need is Feature => Object.hasOwn(FEATURES, need);
const isPromise = (need: string): need is PromiseName => Object.hasOwn(PROMISES, need);
const isCapability = (need: string): need is Capability => Object.hasOwn(CAPABILITIES, need);

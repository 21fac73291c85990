import type { TestAccount } from '../../../reference-worker/target/index.ts';
import { hostOf } from '../kit/index.ts';
import { HOST_HEADERS } from './hosts.ts';
import { isolationCheck } from './isolation-check.ts';
import { type AttackVariant, tryVariants } from './variants.ts';

/** Headers by which proxies, frameworks and debugging aids have chosen a tenant or a route, with what they hold. */
const HEADERS: readonly (readonly [name: string, value: (other: TestAccount) => string])[] = [
  ...[
    'x-account-id',
    'x-account',
    'x-acct',
    'x-tenant-id',
    'x-tenant',
    'x-org-id',
    'x-customer-id',
    'x-user-account',
    'x-debug-account',
    'x-impersonate',
    'account-id',
    'tenant',
  ].map((name) => [name, (other: TestAccount) => other.id] as const),
  ...HOST_HEADERS.map(({ name, naming }) => [name, (other: TestAccount) => naming(hostOf(other))] as const),
  ['x-original-url', (other) => `/accounts/${other.id}`],
  ['x-rewrite-url', (other) => `/accounts/${other.id}`],
  ['x-http-method-override', () => 'DELETE'],
  ['x-method-override', () => 'DELETE'],
  ['cf-worker', (other) => other.id],
  ['cf-access-authenticated-user-email', (other) => `someone@${other.id}.example`],
  ['cookie', (other) => `account=${other.id}; tenant=${other.id}; account_id=${other.id}`],
];

const inHeader = (name: string, value: string): AttackVariant => ({
  name: `${name}: ${value}`,
  change: ({ headers }) => ({ headers: { ...headers, [name]: value } }),
});

export const headerSpoofing = isolationCheck({
  name: 'header-spoofing',
  title: 'No request header but the credentials chooses whose data is shown or changed.',
  severity: 'critical',
  needs: ['another-account', 'read'],
  leavesOut: [],
  method: `On every route, every account sends its own token and one more header that names another account, its host,
another path or another method, as proxies and debugging aids do. The answer shows nothing of that account, and its
document, which has the same id, stays as it was.`,
  judge: tryVariants({
    what: 'a header that names another account',
    isRefused: false,
    variants: ({ owner }) => HEADERS.map(([name, value]) => inHeader(name, value(owner.account))),
  }),
});

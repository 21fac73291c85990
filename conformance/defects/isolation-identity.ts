import type { Defect } from './defect.ts';

const LOOK_UP = 'lookUpAccount(c.env.ACCOUNTS, identity.accountId)';
const KEYED_BY_USER = {
  what: 'A user-controlled key chooses whose record is used (CWE-639)',
  where: 'https://cwe.mitre.org/data/definitions/639.html',
} as const;

/** Workers that take somebody else's word for whose request it is. */
export const ISOLATION_IDENTITY_DEFECTS: readonly Defect[] = [
  {
    id: 'isolation/account-in-the-path',
    title: 'Paths of an older version, which name the account, are served without asking the token.',
    standsFor: KEYED_BY_USER,
    check: 'isolation/path-encoding',
    edits: [
      {
        file: 'index.ts',
        find: LOOK_UP,
        replace:
          'lookUpAccount(c.env.ACCOUNTS, /^\\/v1\\/accounts\\/([a-z0-9-]+)\\//.exec(c.req.path)?.[1] ?? identity.accountId)',
      },
      {
        file: 'index.ts',
        find: ".route('/v1', documents)",
        replace: ".route('/v1', documents)\n  .route('/v1/accounts/:account', documents)",
      },
    ],
  },
  {
    id: 'isolation/account-in-the-query',
    title: 'A parameter that lets support staff look at an account is open to everybody.',
    standsFor: KEYED_BY_USER,
    check: 'isolation/body-names-account',
    edits: [
      {
        file: 'index.ts',
        find: LOOK_UP,
        replace: "lookUpAccount(c.env.ACCOUNTS, c.req.query('tenant') ?? identity.accountId)",
      },
    ],
  },
  {
    id: 'isolation/account-in-a-header',
    title: 'A header for debugging that chooses the account has reached production.',
    standsFor: {
      what: 'The tenant comes from a header that the client controls',
      where: 'stellar/stellar-disbursement-platform-backend#1142',
    },
    check: 'isolation/header-spoofing',
    edits: [
      {
        file: 'index.ts',
        find: LOOK_UP,
        replace: "lookUpAccount(c.env.ACCOUNTS, c.req.header('x-debug-account') ?? identity.accountId)",
      },
    ],
  },
  {
    id: 'isolation/account-in-an-operation',
    title: 'Each operation of a batch may name the account that it is for, as an import tool does.',
    standsFor: {
      what: 'Mass assignment: what a body may set is not restricted (CWE-915)',
      where: 'https://cwe.mitre.org/data/definitions/915.html',
    },
    check: 'isolation/batch-mixing',
    edits: [
      {
        file: 'routes/batch.ts',
        find: 'const conditions = {',
        replace: 'const conditions = { accountId: z.string().optional(), ',
      },
      {
        file: 'routes/batch.ts',
        find: '  return {\n    op,\n    collection,',
        replace:
          "  const accountId = 'accountId' in operation ? operation.accountId : undefined;\n" +
          '  return {\n    ...(accountId !== undefined && { accountId }),\n    op,\n    collection,',
      },
      {
        file: 'mutations.ts',
        find: '  readonly precondition: Precondition;',
        replace: '  readonly precondition: Precondition;\n  readonly accountId?: string;',
      },
      {
        file: 'mutations.ts',
        find: '    writeOf(mutation),\n  ]);',
        replace:
          '    writeOf(mutation),\n' +
          '  ].map((statement) => ({ ...statement, ...(mutation.accountId && { accountId: mutation.accountId }) })));',
      },
      {
        file: 'statements.ts',
        find: '  readonly params: readonly (string | number)[];',
        replace: '  readonly params: readonly (string | number)[];\n  readonly accountId?: string;',
      },
      {
        file: 'shard-session.ts',
        find: 'prepare(session, account.id, statement)))',
        replace: 'prepare(session, statement.accountId ?? account.id, statement)))',
      },
    ],
  },
  {
    id: 'isolation/any-subdomain-agrees',
    title: 'Any subdomain is taken for a host of the account.',
    standsFor: {
      what: 'The host and the identity of a request are never compared',
      where: 'intrafind/ihub-apps#2396',
    },
    check: 'isolation/host-against-token',
    edits: [
      {
        file: 'identity.ts',
        find: `hostname === \`\${accountId}.\${baseDomain}\``,
        replace: `hostname.endsWith(\`.\${baseDomain}\`)`,
      },
    ],
  },
  {
    id: 'isolation/caller-in-a-module',
    title: 'The caller is kept in a variable of the module, while revoked users are looked up.',
    standsFor: {
      what: 'State of a request in the global scope is shared by all requests of the isolate',
      where: 'https://developers.cloudflare.com/workers/best-practices/workers-best-practices/',
    },
    check: 'isolation/concurrent-requests',
    edits: [
      {
        file: 'index.ts',
        find: 'import { hostAgrees, identify }',
        replace: 'import { hostAgrees, type Identity, identify }',
      },
      {
        file: 'index.ts',
        find: '/** Identity, account and shard, in this order;',
        replace: 'let identity: Identity;\n\n/** Identity, account and shard, in this order;',
      },
      {
        file: 'index.ts',
        find: 'const identity = await identify(',
        replace: 'identity = await identify(',
      },
      {
        file: 'index.ts',
        find: '  const account = await retryingRead(',
        replace: `  await c.env.CACHE?.get(\`revoked:\${identity.userId}\`);\n  const account = await retryingRead(`,
      },
    ],
  },
  {
    id: 'isolation/deactivated-account-reads',
    title: 'A deactivated account is only kept from writing.',
    standsFor: {
      what: 'A user can do less than before, but not nothing (CWE-863)',
      where: 'https://cwe.mitre.org/data/definitions/863.html',
    },
    check: 'isolation/deactivated-account',
    edits: [
      {
        file: 'index.ts',
        find: 'if (!account?.isActive)',
        replace: "if (!account || (!account.isActive && c.req.method !== 'GET'))",
      },
    ],
  },
];

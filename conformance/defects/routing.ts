import type { Defect } from './defect.ts';

const notFound = 'if (!found) return undefined;';

/** Accounts that are sent to the wrong database, or too long to the old one. */
export const ROUTING_DEFECTS: readonly Defect[] = [
  {
    id: 'routing/first-shard-as-default',
    title: 'An account whose shard is not bound here is served from the first shard that is.',
    standsFor: {
      what: 'A router that falls back instead of failing closed (CWE-636)',
      where: 'https://cwe.mitre.org/data/definitions/636.html',
    },
    check: 'routing/unknown-shard-refused',
    edits: [
      {
        file: 'shard-session.ts',
        find: 'const database = binding && isShard(binding) ? env[binding] : undefined;',
        replace:
          'const name = binding && isShard(binding) && env[binding] ? binding : Object.keys(env).sort().find(isShard);\n' +
          '  const database = name && isShard(name) ? env[name] : undefined;',
      },
    ],
  },
  {
    id: 'routing/any-binding-is-a-shard',
    title: 'The binding that the account database names is taken from env unchecked.',
    standsFor: {
      what: 'An index chosen by data reaches what it was not meant to (CWE-470)',
      where: 'https://cwe.mitre.org/data/definitions/470.html',
    },
    check: 'routing/unknown-shard-refused',
    edits: [{ file: 'shard-session.ts', find: '/^SHARD_[A-Z0-9_]+$/.test(name)', replace: 'Boolean(name)' }],
  },
  {
    id: 'routing/inactive-is-served',
    title: 'The flag is_active is read and never looked at.',
    standsFor: {
      what: 'Access that outlives the account (CWE-613)',
      where: 'https://cwe.mitre.org/data/definitions/613.html',
    },
    check: 'routing/deactivation-honoured',
    edits: [{ file: 'index.ts', find: 'if (!account?.isActive)', replace: 'if (!account)' }],
  },
  {
    id: 'routing/remembered-while-used',
    title: 'Each use of a remembered account extends the time for which it is remembered.',
    check: 'routing/deactivation-honoured',
    edits: [
      {
        file: 'accounts.ts',
        find: 'if (known && known.expiresAtMs > Date.now()) return known.account;',
        replace:
          'if (known && known.expiresAtMs > Date.now()) {\n' +
          '    known.expiresAtMs = Date.now() + ACCOUNT_TTL_MS;\n    return known.account;\n  }',
      },
    ],
  },
  {
    id: 'routing/ttl-in-the-wrong-unit',
    title: 'Accounts are remembered for 5,000 seconds instead of milliseconds.',
    check: 'routing/deactivation-honoured',
    edits: [
      {
        file: 'accounts.ts',
        find: 'expiresAtMs: Date.now() + ACCOUNT_TTL_MS });',
        replace: 'expiresAtMs: Date.now() + ACCOUNT_TTL_MS * 1_000 });',
      },
    ],
  },
  {
    id: 'routing/account-read-from-a-replica',
    title: 'The account is looked up on a replica of the account database, whichever is near.',
    check: 'routing/deactivation-despite-lag',
    edits: [
      {
        file: 'accounts.ts',
        find: "database.withSession('first-primary')",
        replace: "database.withSession('first-unconstrained')",
      },
    ],
  },
  {
    id: 'routing/shard-remembered-for-ever',
    title: 'The shard of an account is looked up once per isolate, its state as often as it should be.',
    standsFor: {
      what: 'A shard router with a permanent cache in each isolate',
      where: 'openma-ai/open-managed-agents#58',
    },
    check: 'routing/move-honoured',
    edits: [
      {
        file: 'accounts.ts',
        find: '    shardId: row.db_shard_id,\n    shardBinding: row.binding ?? undefined,',
        replace:
          '    shardId: known?.account.shardId ?? row.db_shard_id,\n' +
          '    shardBinding: known?.account.shardBinding ?? row.binding ?? undefined,',
      },
    ],
  },
  {
    id: 'routing/cached-copy-survives-the-move',
    title: 'Cache entries are not bound to the shard that they were read from.',
    check: 'routing/move-honoured',
    edits: [
      {
        file: 'document-cache.ts',
        find: 'JSON.stringify([key.account.id, key.account.shardId, key.collection,',
        replace: 'JSON.stringify([key.account.id, key.collection,',
      },
    ],
  },
  {
    id: 'routing/unknown-is-remembered',
    title: 'That an account was not found is remembered for as long as an account is.',
    standsFor: {
      what: 'Negative caching (RFC 2308 has to bound it even for DNS)',
      where: 'https://www.rfc-editor.org/rfc/rfc2308',
    },
    check: 'routing/new-account-at-once',
    edits: [
      {
        file: 'accounts.ts',
        find: notFound,
        replace:
          'if (!found) {\n' +
          '    const account = { id: accountId, isActive: false, shardId: "", shardBinding: undefined, domains: [] };\n' +
          '    cache.set(accountId, { account, expiresAtMs: Date.now() + ACCOUNT_TTL_MS });\n    return account;\n  }',
      },
    ],
  },
  {
    id: 'routing/one-custom-domain',
    title: "Only the first of an account's custom domains is honoured.",
    check: 'routing/host-routing',
    edits: [{ file: 'identity.ts', find: 'domains.includes(hostname)', replace: 'domains[0] === hostname' }],
  },
  {
    id: 'routing/host-by-ending',
    title: 'Any host that ends like one of the account is taken for one of its own.',
    standsFor: {
      what: 'A host compared by its ending (CWE-1023)',
      where: 'https://cwe.mitre.org/data/definitions/1023.html',
    },
    check: 'routing/host-routing',
    edits: [
      {
        file: 'identity.ts',
        find: 'domains.includes(hostname)',
        replace: 'domains.some((domain) => hostname.endsWith(domain))',
      },
    ],
  },
  {
    id: 'routing/outage-is-an-unknown-account',
    title: 'An account database that does not answer looks like an account that is not there.',
    standsFor: {
      what: 'An error taken for an empty result (CWE-703)',
      where: 'https://cwe.mitre.org/data/definitions/703.html',
    },
    check: 'routing/account-database-down',
    edits: [
      {
        file: 'accounts.ts',
        find: 'prepare(session, accountId, findAccount()).first();',
        replace: 'prepare(session, accountId, findAccount()).first().catch(() => null);',
      },
    ],
  },
  {
    id: 'routing/keys-of-one-isolate',
    title: 'The keys that sign cursors and bookmarks are made anew in each isolate.',
    check: 'routing/cold-isolate',
    edits: [
      {
        file: 'keys.ts',
        find: 'const encoder = new TextEncoder();',
        replace: 'const encoder = new TextEncoder();\nlet epoch: string | undefined;',
      },
      {
        file: 'keys.ts',
        find: '  const name = JSON.stringify([secret, purpose, owner]);',
        replace: '  epoch ??= crypto.randomUUID();\n  const name = JSON.stringify([secret, purpose, owner]);',
      },
      {
        file: 'keys.ts',
        find: 'info: encoder.encode(',
        replace: "info: encoder.encode((purpose === 'cache' ? '' : epoch) + ",
      },
    ],
  },
];

import type { Defect } from './defect.ts';

/** What is remembered for one account and found by another. */
export const ISOLATION_CACHE_DEFECTS: readonly Defect[] = [
  {
    id: 'isolation/account-cached-by-user',
    title: 'Accounts are remembered by the id of their user, which two accounts can share.',
    standsFor: {
      what: 'A validation cache keyed without the tenant',
      where: 'stellar/stellar-disbursement-platform-backend#1142',
    },
    check: 'isolation/swapped-id',
    edits: [
      {
        file: 'index.ts',
        find: 'lookUpAccount(c.env.ACCOUNTS, identity.accountId)',
        replace: 'lookUpAccount(c.env.ACCOUNTS, identity.accountId, identity.userId)',
      },
      {
        file: 'accounts.ts',
        find: 'lookUpAccount(database: D1Database, accountId: string)',
        replace: 'lookUpAccount(database: D1Database, accountId: string, userId: string)',
      },
      { file: 'accounts.ts', find: 'cache.get(accountId)', replace: 'cache.get(userId)' },
      { file: 'accounts.ts', find: 'cache.set(accountId,', replace: 'cache.set(userId,' },
    ],
  },
  {
    id: 'isolation/list-cached-by-url',
    title: 'Lists are kept for a second under their URL, which is the same for all accounts.',
    standsFor: {
      what: 'Responses for one user cached for all under their path',
      where: 'ptrlrd/spire-codex#399',
    },
    check: 'isolation/cached-response',
    edits: [
      {
        file: 'routes/lists.ts',
        find: 'import { collectionParam,',
        replace: "import { BoundedMap } from '../bounded-map.ts';\nimport { collectionParam,",
      },
      {
        file: 'routes/lists.ts',
        find: 'const SortValue =',
        replace:
          'const pages = new BoundedMap<string, { json: string; untilMs: number }>(1_000);\n\nconst SortValue =',
      },
      {
        file: 'routes/lists.ts',
        find: "  .get('/:collection', async (c) => {",
        replace:
          "  .get('/:collection', async (c) => {\n" +
          '    const cached = pages.get(c.req.url);\n' +
          "    if (cached && cached.untilMs > Date.now()) return c.body(cached.json, 200, { 'content-type': 'application/json' });",
      },
      {
        file: 'routes/lists.ts',
        find: '  return c.body(json, 200,',
        replace: '  pages.set(c.req.url, { json, untilMs: Date.now() + 1_000 });\n  return c.body(json, 200,',
      },
    ],
  },
  {
    id: 'isolation/cache-without-account',
    title: 'One sealing key and one cache entry serve all accounts that have a document of that id.',
    standsFor: { what: 'A cache key that leaves the tenant out', where: 'backblaze-labs/genblaze#68' },
    check: 'isolation/cached-response',
    edits: [
      {
        file: 'document-cache.ts',
        find: `\`v1:\${account.id}:\${collection}:\${id}\``,
        replace: `\`v1:\${collection}:\${id}\``,
      },
      {
        file: 'document-cache.ts',
        find: 'const kvKey = ({ account, collection, id }',
        replace: 'const kvKey = ({ collection, id }',
      },
      {
        file: 'document-cache.ts',
        find: 'JSON.stringify([key.account.id, key.account.shardId, key.collection',
        replace: 'JSON.stringify([key.collection',
      },
      {
        file: 'keys.ts',
        find: `info: encoder.encode(\`\${purpose}:\${owner}\`)`,
        replace: `info: encoder.encode(purpose === 'cache' ? purpose : \`\${purpose}:\${owner}\`)`,
      },
    ],
  },
  {
    id: 'isolation/cache-key-with-hyphens',
    title: 'The parts of a cache key are joined by a hyphen, which ids of accounts and documents may hold.',
    standsFor: {
      what: 'Cached values of tenants who cannot be told apart by their key',
      where: 'rinafcode/teachLink_backend#1054',
    },
    check: 'isolation/kv-key-collision',
    edits: [
      {
        file: 'document-cache.ts',
        find: `\`v1:\${account.id}:\${collection}:\${id}\``,
        replace: `\`v1-\${account.id}-\${collection}-\${id}\``,
      },
    ],
  },
  {
    id: 'isolation/cache-key-in-lower-case',
    title: 'Cache keys are in lower case, and ids are not.',
    standsFor: {
      what: 'Improper handling of case sensitivity (CWE-178)',
      where: 'https://cwe.mitre.org/data/definitions/178.html',
    },
    check: 'isolation/kv-key-collision',
    edits: [
      {
        file: 'document-cache.ts',
        find: `\`v1:\${account.id}:\${collection}:\${id}\``,
        replace: `\`v1:\${account.id}:\${collection}:\${id}\`.toLowerCase()`,
      },
    ],
  },
  {
    id: 'isolation/shared-memory-of-versions',
    title: 'Versions are remembered by path, to answer If-None-Match without a database.',
    standsFor: { what: 'A cache without a namespace for the tenant', where: 'ujeenet/rustango#1227' },
    check: 'isolation/foreign-preconditions',
    edits: [
      {
        file: 'routes/documents.ts',
        find: 'import { collectionParam,',
        replace: "import { BoundedMap } from '../bounded-map.ts';\nimport { collectionParam,",
      },
      {
        file: 'routes/documents.ts',
        find: 'const Create = ',
        replace: 'const versions = new BoundedMap<string, number>(10_000);\n\nconst Create = ',
      },
      {
        file: 'routes/documents.ts',
        find: '    const document = await readThroughCache(c, key);',
        replace:
          `    const known = versions.get(\`\${key.collection}/\${key.id}\`);\n` +
          "    if (known !== undefined && c.req.header('if-none-match') === etagOf(known))\n" +
          '      return c.body(null, 304, { etag: etagOf(known) });\n' +
          '    const document = await readThroughCache(c, key);',
      },
      {
        file: 'routes/documents.ts',
        find: '  const kv = c.env.CACHE;\n  if (kv) c.executionCtx',
        replace: `  versions.set(\`\${mutation.collection}/\${mutation.id}\`, result.version);\n  const kv = c.env.CACHE;\n  if (kv) c.executionCtx`,
      },
    ],
  },
  {
    id: 'isolation/route-remembered-for-ever',
    title: 'Where an account is, and whether it is active, is remembered for as long as the isolate lives.',
    standsFor: {
      what: 'A router with a permanent cache in each isolate',
      where: 'openma-ai/open-managed-agents#13',
    },
    check: 'isolation/moved-account',
    edits: [{ file: 'accounts.ts', find: 'known && known.expiresAtMs > Date.now()', replace: 'known' }],
  },
  {
    id: 'isolation/cache-entry-without-shard',
    title: 'A cache entry does not say of which shard it was true, and outlives a move of the account.',
    standsFor: {
      what: 'Copies that a move of a tenant leaves behind are found again',
      where: 'onyx-dot-app/onyx#13661',
    },
    check: 'isolation/moved-account',
    edits: [
      {
        file: 'document-cache.ts',
        find: 'key.account.id, key.account.shardId, key.collection',
        replace: 'key.account.id, key.collection',
      },
    ],
  },
];

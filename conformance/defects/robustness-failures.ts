import type { Defect } from './defect.ts';

const read = 'const [rows] = await timed(async () => [await retryingRead(all)]);';

/** What becomes of requests when the platform fails. */
export const FAILURE_DEFECTS: readonly Defect[] = [
  {
    id: 'robustness/failed-read-is-empty',
    title: 'A read that the database does not answer shows nothing, instead of an error.',
    standsFor: {
      what: 'A swallowed error had hidden what a check was there for',
      where: 'Gusto/baerly-storage#33',
    },
    check: 'robustness/reads-survive',
    edits: [
      {
        file: 'shard-session.ts',
        find: read,
        replace: 'const [rows] = await timed(async () => [await retryingRead(all)]).catch((): Rows[] => []);',
      },
    ],
  },
  {
    id: 'robustness/retry-by-prefix',
    title:
      "Retryable errors are told by D1's prefix, which a connection lost before the reply does not have.",
    check: 'robustness/reads-survive',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "'Network connection lost',",
        replace: "'D1_ERROR: Network connection lost',",
      },
    ],
  },
  {
    id: 'robustness/overload-is-retried',
    title: 'A read that an overloaded database refused is sent twice more.',
    standsFor: {
      what: 'Overload errors, and whether to retry them',
      where: 'cloudflare/cloudflare-docs#22948',
    },
    check: 'robustness/overload-not-amplified',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "shouldRetry: ({ error }) => kindOfD1Error(error.message) === 'retryable',",
        replace:
          "shouldRetry: ({ error }) => ['retryable', 'overloaded'].includes(kindOfD1Error(error.message)),",
      },
    ],
  },
  {
    id: 'robustness/overloaded-write-is-definite',
    title:
      'A write that an overloaded database refused is reported as certainly not done, which no page promises.',
    check: 'robustness/overload-not-amplified',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "return new Problem('overloaded', 'The database has too much to do.', { definite, cause });",
        replace: "return new Problem('overloaded', 'The database has too much to do.', { cause });",
      },
    ],
  },
  {
    id: 'robustness/verified-tokens-remembered',
    title: 'A token that was verified once is remembered as good for as long as the isolate lives.',
    standsFor: {
      what: 'Insufficient session expiration (CWE-613)',
      where: 'https://cwe.mitre.org/data/definitions/613.html',
    },
    check: 'robustness/clock-skew',
    edits: [
      {
        file: 'identity.ts',
        find:
          "    const claims = Claims.parse(await verify(token, secret, 'HS256'));\n" +
          '    return { userId: claims.sub, accountId: claims.acct };',
        replace:
          '    const known = identities.get(token);\n    if (known) return known;\n' +
          "    const claims = Claims.parse(await verify(token, secret, 'HS256'));\n" +
          '    const identity = { userId: claims.sub, accountId: claims.acct };\n' +
          '    identities.set(token, identity);\n    return identity;',
      },
      {
        file: 'identity.ts',
        find: 'const Claims = z.object({',
        replace: 'const identities = new BoundedMap<string, Identity>(1_000);\n\nconst Claims = z.object({',
      },
      {
        file: 'identity.ts',
        find: "import { Problem } from './problem.ts';",
        replace: "import { BoundedMap } from './bounded-map.ts';\nimport { Problem } from './problem.ts';",
      },
    ],
  },
  {
    id: 'robustness/missing-table-is-empty',
    title: 'A table that a replica does not have yet is taken for an empty one.',
    check: 'robustness/schema-behind',
    edits: [
      {
        file: 'shard-session.ts',
        find: read,
        replace:
          'const [rows] = await timed(async () => [await retryingRead(all)]).catch((error: Error): Rows[] => {\n' +
          "        if (String(error.cause).includes('no such table')) return [];\n        throw error;\n      });",
      },
    ],
  },
  {
    id: 'robustness/all-shards-probed',
    title: 'Before it is used a shard is probed, and all others with it.',
    standsFor: {
      what: 'One slow shard holds up the tenants of all the others',
      where: 'https://learn.microsoft.com/azure/architecture/antipatterns/noisy-neighbor/noisy-neighbor',
    },
    check: 'robustness/slow-shard',
    edits: [
      {
        file: 'shard-session.ts',
        find: '  const session = database.withSession(start.constraint);',
        replace:
          "  const shards = Object.entries(env).filter(([name]) => name.startsWith('SHARD_'));\n" +
          "  await Promise.all(shards.map(([, shard]) => (shard as D1Database).prepare('SELECT 1').run()));\n" +
          '  const session = database.withSession(start.constraint);',
      },
    ],
  },
];

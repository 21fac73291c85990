import type { Defect } from './defect.ts';

const SESSION = 'shard-session.ts';
const DOCUMENTS = 'routes/documents.ts';
const IMPORT = "import { applyMutations, type Mutation } from '../mutations.ts';";

/** Data in places where nobody looks for them, and evidence that is made up. */
export const RESIDENCY_DEFECTS: readonly Defect[] = [
  {
    id: 'residency/region-by-expectation',
    title: 'The evidence names the region that is expected, not the one that answered.',
    check: 'residency/pop-and-region-evidence',
    edits: [
      {
        file: SESSION,
        find: "const { served_by_region: region = 'unknown', served_by_primary: primary } = meta ?? {};",
        replace: "const { served_by_primary: primary } = meta ?? {};\n  const region = 'WEUR';",
      },
    ],
  },
  {
    id: 'residency/evidence-of-an-earlier-answer',
    title: 'An isolate goes on naming the copy that answered its first request.',
    check: 'residency/pop-and-region-evidence',
    edits: [
      {
        file: SESSION,
        find: 'function servedBy(meta: D1Meta | undefined): string {',
        replace:
          'let served: string | undefined;\nfunction servedBy(meta: D1Meta | undefined): string {\n  served ??= nameOf(meta);\n  return served;\n}\n\nfunction nameOf(meta: D1Meta | undefined): string {',
      },
    ],
  },
  {
    id: 'residency/audit-quotes-the-document',
    title: 'An audit log in the account database quotes every document that is written.',
    standsFor: {
      what: 'Insertion of sensitive information into a log file (CWE-532)',
      where: 'https://cwe.mitre.org/data/definitions/532.html',
    },
    check: 'residency/only-in-its-shard',
    edits: [
      {
        file: DOCUMENTS,
        find: IMPORT,
        replace: `${IMPORT}
async function audit(database: D1Database, accountId: string, mutation: Mutation): Promise<void> {
  await database.exec('CREATE TABLE IF NOT EXISTS audit_log (account_id TEXT, event TEXT)');
  const insert = database.prepare('INSERT INTO audit_log VALUES (?, ?)');
  await insert.bind(accountId, JSON.stringify(mutation)).run();
}`,
      },
      {
        file: DOCUMENTS,
        find: '  const kv = c.env.CACHE;\n',
        replace: '  const kv = c.env.CACHE;\n  await audit(c.env.ACCOUNTS, c.var.account.id, mutation);\n',
      },
    ],
  },
  {
    id: 'residency/delete-keeps-the-body',
    title: 'A deleted document is marked as such, and its text stays in the shard.',
    standsFor: {
      what: 'Right to erasure (GDPR, article 17)',
      where: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
    },
    check: 'residency/erased-at-delete',
    edits: [{ file: 'statements.ts', find: "SET body = '{}', deleted = 1,", replace: 'SET deleted = 1,' }],
  },
  {
    id: 'residency/entries-without-end',
    title: 'An entry stays in KV until it is invalidated, and for ever when that is lost.',
    check: 'residency/erased-at-delete',
    edits: [
      {
        file: 'document-cache.ts',
        find: '{ metadata, expirationTtl: EXPIRATION_TTL_SECONDS }',
        replace: '{ metadata }',
      },
    ],
  },
];

import type { Defect } from './defect.ts';

const SCOPE = '\\(account_id,[^)]*\\)\\s+VALUES';
const SCOPE_OF_OTHERS = `\\baccount_id <> \\?1|${SCOPE}`;
const OTHERS = `SELECT 1 FROM \${collection} WHERE account_id <> ?1 AND entity_id = ?2 AND deleted = 0`;
const othersHave = {
  file: 'statements.ts',
  find: '/** A list in one of the shapes',
  replace:
    'export const othersHave = (collection: Collection, id: string): Statement => ({\n' +
    `  sql: \`${OTHERS}\`,\n` +
    '  params: [id],\n' +
    '});\n\n/** A list in one of the shapes',
} as const;
const importOthersHave = {
  file: 'routes/documents.ts',
  find: 'import { readDocument }',
  replace: 'import { othersHave, readDocument }',
} as const;

/** What answers tell of other accounts without showing a document of theirs. */
export const ISOLATION_ORACLE_DEFECTS: readonly Defect[] = [
  {
    id: 'isolation/total-of-all-accounts',
    title: 'A list tells a total, counted over the whole table.',
    standsFor: {
      what: 'A count of a list endpoint ignores the tenant',
      where: 'tazama-lf/admin-service#312',
    },
    check: 'isolation/counts-and-totals',
    edits: [
      {
        file: 'statements.ts',
        find: `\`SELECT entity_id, _version, body\${sortColumn`,
        replace: `\`SELECT (SELECT count(*) FROM \${collection} WHERE deleted = 0) AS total, entity_id, _version, body\${sortColumn`,
      },
      { file: 'statements.ts', find: 'scopes.length < tables.length', replace: 'scopes.length === 0' },
      {
        file: 'routes/lists.ts',
        find: 'return page(c, scope, rows, query.limit);',
        replace:
          'const { total } = z.object({ total: z.number() }).catch({ total: 0 }).parse(rows[0]);\n' +
          `    return page(c, scope, rows, query.limit, \`"total":\${total},\`);`,
      },
    ],
  },
  {
    id: 'isolation/host-tells-accounts',
    title: 'A host of another account is refused otherwise than one that names no account.',
    standsFor: {
      what: 'A split of the answer to foreign and to unknown',
      where: 'stormkit-io/stormkit-io#487',
    },
    check: 'isolation/host-against-token',
    edits: [
      {
        file: 'index.ts',
        find: "    throw new Problem('host_mismatch',",
        replace:
          '    const named = await lookUpAccount(c.env.ACCOUNTS, hostname.slice(0, -c.env.BASE_DOMAIN.length - 1));\n' +
          `    if (!named) throw new Problem('unknown_route', \`The host \${hostname} is not known.\`);\n` +
          "    throw new Problem('host_mismatch',",
      },
    ],
  },
  {
    id: 'isolation/forbidden-tells-existence',
    title: 'A document of another account is forbidden, one that does not exist is not found.',
    standsFor: { what: 'A cross-tenant existence oracle: 403 and 404', where: 'paperclipai/paperclip#3967' },
    check: 'isolation/existence-oracle-status',
    edits: [
      othersHave,
      importOthersHave,
      { file: 'statements.ts', find: SCOPE, replace: SCOPE_OF_OTHERS },
      {
        file: 'routes/documents.ts',
        find: "    if (!document) throw new Problem('not_found'",
        replace:
          '    if (!document && (await c.var.store.read(othersHave(key.collection, key.id))).length > 0)\n' +
          "      throw new Problem('account_unavailable', 'The document belongs to another account.');\n" +
          "    if (!document) throw new Problem('not_found'",
      },
    ],
  },
  {
    id: 'isolation/ids-taken-by-others',
    title: 'An id that another account uses cannot be created, so that accounts can be merged one day.',
    standsFor: { what: 'A cross-tenant existence oracle on writes', where: 'icanbwell/fhir-server#2409' },
    check: 'isolation/existence-oracle-status',
    edits: [
      {
        file: 'statements.ts',
        find: "`WHERE account_id = ?1 AND entity_id = ?2), 'absent') AS state)`",
        replace: "`WHERE (account_id = ?1 OR ?4 = 'absent') AND entity_id = ?2), 'absent') AS state)`",
      },
    ],
  },
  {
    id: 'isolation/second-look',
    title: 'Only what another account has under an id makes a read that found nothing look twice.',
    standsFor: {
      what: 'Observable timing discrepancy (CWE-208)',
      where: 'https://cwe.mitre.org/data/definitions/208.html',
    },
    check: 'isolation/existence-oracle-timing',
    edits: [
      othersHave,
      importOthersHave,
      { file: 'statements.ts', find: SCOPE, replace: SCOPE_OF_OTHERS },
      {
        file: 'routes/documents.ts',
        find: '  const document = firstDocument(await store.read(readDocument(key.collection, key.id)));',
        replace:
          '  let document = firstDocument(await store.read(readDocument(key.collection, key.id)));\n' +
          '  if (!document && (await store.read(othersHave(key.collection, key.id))).length > 0)\n' +
          '    document = firstDocument(await store.read(readDocument(key.collection, key.id)));',
      },
    ],
  },
  {
    id: 'isolation/error-quotes-the-database',
    title: 'An error that the database refused a field with is quoted to the client.',
    standsFor: {
      what: 'Generation of error messages with sensitive information (CWE-209)',
      where: 'https://cwe.mitre.org/data/definitions/209.html',
    },
    check: 'isolation/error-messages',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "'An indexed field has more than 200 characters.'",
        replace: `\`An indexed field is too long: \${message}\``,
      },
    ],
  },
  {
    id: 'isolation/error-names-the-binding',
    title: 'An account that is not served here is told the name of its shard.',
    standsFor: { what: 'An error that tells of other tenants', where: 'bxservice/idempiere-rest#333' },
    check: 'isolation/error-messages',
    edits: [
      {
        file: 'shard-session.ts',
        find: '"The account\'s shard is not bound to this Worker."',
        replace: `\`The shard \${binding} is not bound to this Worker.\``,
      },
    ],
  },
];

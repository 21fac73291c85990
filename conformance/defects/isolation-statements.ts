import type { Defect } from './defect.ts';

const GUARD = 'scopes.length < tables.length';
const BOLA = {
  what: 'Broken object level authorization: the id is trusted, the account is not asked (OWASP API1:2023)',
  where: 'https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/',
} as const;

/** SQL that reaches beyond the account, and what keeps it from running, loosened as its author would have. */
export const ISOLATION_STATEMENT_DEFECTS: readonly Defect[] = [
  {
    id: 'isolation/read-without-account',
    title: 'A document is read by its id alone, since ids are thought to be unguessable.',
    standsFor: BOLA,
    check: 'isolation/swapped-id',
    edits: [
      {
        file: 'statements.ts',
        find: `FROM \${collection} WHERE account_id = ?1 AND entity_id = ?2 AND deleted = 0\`,\n  params: [id],`,
        replace: `FROM \${collection} WHERE entity_id = ?2 AND deleted = 0 ORDER BY account_id = ?1 DESC\`,\n  params: [id],`,
      },
      { file: 'statements.ts', find: GUARD, replace: "!sql.includes('?1')" },
    ],
  },
  {
    id: 'isolation/patch-without-account',
    title: 'A patch changes the documents of that id in all accounts of the shard.',
    standsFor: BOLA,
    check: 'isolation/swapped-id',
    edits: [
      {
        file: 'statements.ts',
        find: "json_patch(body, ?3), _version = _version + 1 ` +\n    'WHERE account_id = ?1",
        replace: "json_patch(body, ?3), _version = _version + 1 ` +\n    'WHERE ?1 IS NOT NULL",
      },
      { file: 'statements.ts', find: GUARD, replace: "!sql.includes('?1')" },
    ],
  },
  {
    id: 'isolation/alternative-without-parentheses',
    title: 'A filter takes the value as sent or trimmed, joined by an OR that outweighs the account.',
    standsFor: {
      what: 'The tenant condition holds for some shapes of a query and not for others',
      where: 'JasperFx/fisher#51',
    },
    check: 'isolation/list-and-filter',
    edits: [
      {
        file: 'statements.ts',
        find: `where.push(\`\${indexedColumn(collection, filter.field)} = \${bind(filter.equals)}\`);`,
        replace:
          `where.push(\`\${indexedColumn(collection, filter.field)} = \${bind(filter.equals)} OR \` +\n` +
          `      \`\${indexedColumn(collection, filter.field)} = \${bind(filter.equals.trim())}\`);`,
      },
    ],
  },
  {
    id: 'isolation/prefix-as-like-pattern',
    title: 'A prefix becomes a LIKE pattern with its % and _ unescaped.',
    standsFor: {
      what: 'Improper neutralisation of wildcards (CWE-155)',
      where: 'https://cwe.mitre.org/data/definitions/155.html',
    },
    check: 'isolation/prefix-and-wildcards',
    edits: [
      {
        file: 'statements.ts',
        find: `if (!after || descending) where.push(\`\${column} >= \${bind(filter.from)}\`);`,
        replace: `where.push(\`\${column} LIKE \${bind(\`\${filter.from}%\`)}\`);`,
      },
      {
        file: 'statements.ts',
        find: 'if (filter.before !== undefined && !(after && descending))',
        replace: 'if (filter.before !== undefined && filter.from.length > 40)',
      },
    ],
  },
  {
    id: 'isolation/page-runs-into-next-account',
    title:
      'Keyset pagination compares account and id together, so that a list goes on with the next account.',
    check: 'isolation/sort-order',
    edits: [
      {
        file: 'statements.ts',
        find: "const where = ['account_id = ?1', 'deleted = 0'];",
        replace:
          `const keyset = after && !sortColumn ? \`(account_id, entity_id) \${descending ? '<' : '>'} (?1, \${bind(after.id)})\` : undefined;\n` +
          "  const where = [keyset ?? 'account_id = ?1', 'deleted = 0'];",
      },
      {
        file: 'statements.ts',
        find: 'if (after && !sortColumn) where.push',
        replace: 'if (after && !sortColumn && !keyset) where.push',
      },
      {
        file: 'statements.ts',
        find: "const order = [sortColumn, 'entity_id']",
        replace: "const order = [keyset && 'account_id', sortColumn, 'entity_id']",
      },
      { file: 'statements.ts', find: GUARD, replace: '!/account_id (= \\?1|<|>)|account_id,/.test(sql)' },
    ],
  },
  {
    id: 'isolation/deep-page-without-parentheses',
    title:
      'The condition of a second page is two alternatives without parentheses, the last without an account.',
    standsFor: {
      what: 'Incorrect behaviour order by operator precedence (CWE-783)',
      where: 'https://cwe.mitre.org/data/definitions/783.html',
    },
    check: 'isolation/sort-order',
    edits: [
      {
        file: 'statements.ts',
        find: `where.push(\`(\${sortColumn}, entity_id) \${compare} (\${bind(after.value ?? '')}, \${bind(after.id)})\`);`,
        replace:
          `where.push(\`\${sortColumn} = \${bind(after.value ?? '')} AND entity_id \${compare} \${bind(after.id)} OR \` +\n` +
          `      \`\${sortColumn} \${compare} \${bind(after.value ?? '')}\`);`,
      },
    ],
  },
  {
    id: 'isolation/join-scopes-parent-only',
    title: 'A join asks for the account of the client, and takes the finances of anybody.',
    standsFor: { what: 'Queries of details that ask for no tenant', where: 'BeesNestInc/hieronymus#18' },
    check: 'isolation/join-child',
    edits: [
      {
        file: 'statements.ts',
        find: 'LEFT JOIN finances AS f ON f.account_id = ?1 AND f.client_id',
        replace: 'LEFT JOIN finances AS f ON f.client_id',
      },
      { file: 'statements.ts', find: '(?:FROM|JOIN|INTO|UPDATE)', replace: '(?:FROM|INTO|UPDATE)' },
    ],
  },
  {
    id: 'isolation/join-scopes-child-only',
    title: 'A join asks for the account of the finances, and takes the client of anybody.',
    standsFor: BOLA,
    check: 'isolation/join-child',
    edits: [
      {
        file: 'statements.ts',
        find: "'WHERE c.account_id = ?1 AND c.entity_id = ?2",
        replace: "'WHERE c.entity_id = ?2",
      },
      { file: 'statements.ts', find: '(?:FROM|JOIN|INTO|UPDATE)', replace: '(?:FROM|INTO|UPDATE)' },
    ],
  },
  {
    id: 'isolation/cascade-without-account',
    title: "Deleting a client deletes the finances of that client's id, in all accounts of the shard.",
    standsFor: {
      what: 'Tenant conditions that are kept by hand are forgotten in the second statement',
      where: 'jeremylongshore/qmd-team-intent-kb#169',
    },
    check: 'isolation/use-after-delete',
    edits: [
      {
        file: 'statements.ts',
        find: 'function indexedColumn(',
        replace:
          'export const deleteFinancesOf = (clientId: string): Statement => ({\n' +
          "  sql: \"UPDATE finances SET body = '{}', deleted = 1, _version = _version + 1 WHERE ?1 <> '' AND client_id = ?2 AND deleted = 0\",\n" +
          '  params: [clientId],\n' +
          '});\n\nfunction indexedColumn(',
      },
      { file: 'statements.ts', find: GUARD, replace: "!sql.includes('?1')" },
      {
        file: 'mutations.ts',
        find: 'import { deleteDocument,',
        replace: 'import { deleteDocument, deleteFinancesOf,',
      },
      {
        file: 'mutations.ts',
        find: 'const rows = await store.write(statements);',
        replace:
          "const gone = mutations.filter(({ op, collection }) => op === 'delete' && collection === 'clients');\n" +
          '    const rows = await store.write([...statements, ...gone.map(({ id }) => deleteFinancesOf(id))]);',
      },
    ],
  },
];

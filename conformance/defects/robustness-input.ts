import type { Defect } from './defect.ts';

/** What breaks on hostile requests. */
export const HOSTILE_INPUT_DEFECTS: readonly Defect[] = [
  {
    id: 'robustness/broken-json-is-a-crash',
    title: 'A body that is not JSON is reported as a failure of the server.',
    standsFor: {
      what: 'Uncaught exception (CWE-248)',
      where: 'https://cwe.mitre.org/data/definitions/248.html',
    },
    check: 'robustness/malformed-input',
    edits: [
      {
        file: 'lossless-json.ts',
        find: "throw new Problem('malformed_json', 'The request body is not valid JSON in UTF-8.', { cause });",
        replace: 'throw cause;',
      },
    ],
  },
  {
    id: 'robustness/id-decoded-twice',
    title:
      'An id is decoded again after the router has decoded it, and a lone percent sign is not decodable.',
    standsFor: {
      what: 'Double decoding of the same data (CWE-174)',
      where: 'https://cwe.mitre.org/data/definitions/174.html',
    },
    check: 'robustness/malformed-input',
    edits: [
      {
        file: 'routes/documents.ts',
        find: "idParam(c.req.param('id'))",
        replace: "idParam(decodeURIComponent(c.req.param('id')))",
      },
    ],
  },
  {
    id: 'robustness/refused-after-the-write',
    title: 'A PUT whose query makes no sense is refused after it has been done.',
    check: 'robustness/malformed-input',
    edits: [
      {
        file: 'routes/documents.ts',
        find: ".put('/:collection/:id', async (c) => write(c, await mutation(c, 'put')))",
        replace:
          ".put('/:collection/:id', async (c) => {\n    const response = await write(c, await mutation(c, 'put'));\n" +
          '    single(c.req.raw);\n    return response;\n  })',
      },
      {
        file: 'routes/documents.ts',
        find: "import type { App, Ctx } from '../env.ts';",
        replace: "import type { App, Ctx } from '../env.ts';\nimport { single } from '../list-query.ts';",
      },
    ],
  },
  {
    id: 'robustness/last-parameter-wins',
    title: 'Of a parameter that is given twice the last one counts.',
    standsFor: {
      what: 'Improper handling of extra parameters (CWE-235)',
      where: 'https://cwe.mitre.org/data/definitions/235.html',
    },
    check: 'robustness/repeated-parameters',
    edits: [{ file: 'list-query.ts', find: 'if (repeated !== undefined)', replace: "if (repeated === '')" }],
  },
  {
    id: 'robustness/second-filter-ignored',
    title: 'Of two filters the first is applied, and the second ignored.',
    check: 'robustness/repeated-parameters',
    edits: [{ file: 'list-query.ts', find: 'if (filters.length > 1)', replace: 'if (filters.length > 2)' }],
  },
  {
    id: 'robustness/null-is-an-object',
    title: 'A body of null passes for an object, as typeof has it, and is stored.',
    standsFor: {
      what: 'typeof null is "object"',
      where: 'https://developer.mozilla.org/docs/Web/JavaScript/Reference/Operators/typeof#typeof_null',
    },
    check: 'robustness/malformed-input',
    edits: [
      {
        file: 'documents.ts',
        find: "value === 'object' && value !== null &&",
        replace: "value === 'object' &&",
      },
    ],
  },
  {
    id: 'robustness/signature-decoded-unchecked',
    title: 'The signature of a cursor is decoded before it is known to be base64.',
    check: 'robustness/malformed-input',
    edits: [
      {
        file: 'keys.ts',
        find: 'if (dot < 0 || !/^[\\w-]{43}$/.test(mac)) return undefined;',
        replace: 'if (dot < 0) return undefined;',
      },
    ],
  },
  {
    id: 'robustness/filter-spliced-into-sql',
    title: 'The value of a filter is written into the statement, with its quotes.',
    standsFor: {
      what: 'SQL injection (CWE-89)',
      where: 'https://cwe.mitre.org/data/definitions/89.html',
    },
    check: 'robustness/sql-injection',
    edits: [
      { file: 'statements.ts', find: 'bind(filter.equals)', replace: 'quote(filter.equals)' },
      {
        file: 'statements.ts',
        find: '  const params: (string | number)[] = [];',
        replace:
          '  const params: (string | number)[] = [];\n' +
          '  const quote = (text: string): string => "\'" + text + "\'";',
      },
    ],
  },
  {
    id: 'robustness/sort-spliced-into-sql',
    title: 'What follows the first word of sort is passed on into ORDER BY.',
    standsFor: {
      what: 'SQL injection (CWE-89), where no value can be bound',
      where: 'https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html',
    },
    check: 'robustness/sql-injection',
    edits: [
      {
        file: 'list-query.ts',
        find: "if (sort !== 'id' && !columnOf(collection, sort))",
        replace: "if (sort !== 'id' && !columnOf(collection, sort.split(' ', 1)[0] ?? ''))",
      },
      {
        file: 'statements.ts',
        find: "const sortColumn = sort === 'id' ? undefined : indexedColumn(collection, sort);",
        replace:
          "const [field = '', ...collation] = sort.split(' ');\n" +
          "  const sortColumn = sort === 'id' ? undefined : [indexedColumn(collection, field), ...collation].join(' ');",
      },
    ],
  },
];

/** What errors say, and do not say. */
export const ERROR_DEFECTS: readonly Defect[] = [
  {
    id: 'robustness/error-quotes-the-database',
    title: "An error tells the client the database's own words.",
    standsFor: {
      what: 'Error message with sensitive information (CWE-209)',
      where: 'https://cwe.mitre.org/data/definitions/209.html',
    },
    check: 'robustness/errors-are-problems',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "return new Problem('database_unavailable', 'The database did not answer in time.', { cause });",
        replace: "return new Problem('database_unavailable', message, { cause });",
      },
    ],
  },
  {
    id: 'robustness/no-retry-after',
    title: 'Responses with 503 do not say when to come back.',
    standsFor: {
      what: 'Retry-After (RFC 9110, section 15.6.4)',
      where: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4',
    },
    check: 'robustness/errors-are-problems',
    edits: [
      { file: 'problem.ts', find: "if (status === 503) headers.set('retry-after', '1');", replace: '' },
    ],
  },
  {
    id: 'robustness/no-challenge',
    title: 'Responses with 401 do not say how to authenticate.',
    standsFor: {
      what: 'WWW-Authenticate must be sent (RFC 9110, section 11.6.1)',
      where: 'https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1',
    },
    check: 'robustness/errors-are-problems',
    edits: [
      {
        file: 'problem.ts',
        find: "if (status === 401) headers.set('www-authenticate', 'Bearer');",
        replace: '',
      },
    ],
  },
];

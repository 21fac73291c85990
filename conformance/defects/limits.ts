import type { Defect } from './defect.ts';

/** Lines that are drawn in the wrong place, or by the database alone. */
export const LIMITS_DEFECTS: readonly Defect[] = [
  {
    id: 'limits/body-limit-off-by-one',
    title: 'A body of exactly the stated limit is refused.',
    standsFor: {
      what: 'Off-by-one error (CWE-193)',
      where: 'https://cwe.mitre.org/data/definitions/193.html',
    },
    check: 'limits/document-size',
    edits: [
      { file: 'documents.ts', find: 'sizeBytes <= BODY_MAX_BYTES', replace: 'sizeBytes < BODY_MAX_BYTES' },
    ],
  },
  {
    id: 'limits/patch-overflow-is-a-crash',
    title: 'A patch that makes a document too large is reported as a failure of the server.',
    check: 'limits/document-size',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "message.includes('constraint failed: body_size') || message.includes('string or blob too big')",
        replace: "message.includes('SQLITE_TOOBIG')",
      },
    ],
  },
  {
    id: 'limits/batch-without-limit',
    title: 'A batch may hold any number of operations.',
    standsFor: {
      what: 'Unrestricted resource consumption (OWASP API4:2023)',
      where: 'https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/',
    },
    check: 'limits/batch-size',
    edits: [
      { file: 'routes/batch.ts', find: '.min(1).max(BATCH_MAX_OPERATIONS)', replace: '.min(1)' },
      {
        file: 'routes/batch.ts',
        find: "import { BATCH_MAX_OPERATIONS } from '../limits.ts';\n",
        replace: '',
      },
    ],
  },
  {
    id: 'limits/batch-in-pieces',
    title: 'A batch over the limit is done up to the limit, and what is left of it refused.',
    check: 'limits/batch-size',
    edits: [
      { file: 'routes/batch.ts', find: '.min(1).max(BATCH_MAX_OPERATIONS)', replace: '.min(1)' },
      {
        file: 'routes/batch.ts',
        find: '  const results = await applyMutations(c.var.store, mutations);',
        replace:
          '  const results = await applyMutations(c.var.store, mutations.slice(0, BATCH_MAX_OPERATIONS));\n' +
          "  if (mutations.length > BATCH_MAX_OPERATIONS) throw new Problem('invalid_request', 'Too many operations.');",
      },
      {
        file: 'routes/batch.ts',
        find: "import { writePrecondition } from '../preconditions.ts';",
        replace:
          "import { writePrecondition } from '../preconditions.ts';\nimport { Problem } from '../problem.ts';",
      },
    ],
  },
  {
    id: 'limits/negative-limit-is-none',
    title: "A list's limit has an upper bound and no lower one, and LIMIT -1 is no limit in SQLite.",
    standsFor: {
      what: 'A negative LIMIT means no upper bound',
      where: 'https://www.sqlite.org/lang_select.html#the_limit_clause',
    },
    check: 'limits/list-limit',
    edits: [
      {
        file: 'list-query.ts',
        find: 'z.int().min(1).max(LIST_MAX_ITEMS)',
        replace: 'z.int().max(LIST_MAX_ITEMS)',
      },
    ],
  },
  {
    id: 'limits/list-limit-clamped',
    title: 'A limit over the largest one is quietly lowered, so that a client takes a part for the whole.',
    check: 'limits/list-limit',
    edits: [
      {
        file: 'list-query.ts',
        find: 'const limit = Limit.safeParse(text);',
        replace: 'const limit = Limit.safeParse(Number(text) > LIST_MAX_ITEMS ? LIST_MAX_ITEMS : text);',
      },
    ],
  },
  {
    id: 'limits/batch-takes-any-id',
    title: 'The id of a document is validated by the single-document routes and not in a batch.',
    standsFor: {
      what: 'Improper input validation (CWE-20)',
      where: 'https://cwe.mitre.org/data/definitions/20.html',
    },
    check: 'limits/id-shape',
    edits: [
      {
        file: 'routes/batch.ts',
        find: 'id: z.string().regex(DOCUMENT_ID),',
        replace: 'id: z.string().min(1).max(128),',
      },
      {
        file: 'routes/batch.ts',
        find: "import { DOCUMENT_ID, isCollection } from '../collections.ts';",
        replace: "import { isCollection } from '../collections.ts';",
      },
    ],
  },
  {
    id: 'limits/dots-are-an-id',
    title: 'An id may begin with a dot, so that two of them name a document that no path leads to.',
    standsFor: {
      what: 'Dot segments are removed from a path (RFC 3986, section 5.2.4)',
      where: 'https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4',
    },
    check: 'limits/id-shape',
    edits: [
      {
        file: 'collections.ts',
        find: 'DOCUMENT_ID = /^[A-Za-z0-9_~-]',
        replace: 'DOCUMENT_ID = /^[A-Za-z0-9._~-]',
      },
    ],
  },
  {
    id: 'limits/id-pattern-not-anchored',
    title: 'The pattern of an id is not anchored at its end.',
    standsFor: {
      what: 'Regular expression without anchors (CWE-777)',
      where: 'https://cwe.mitre.org/data/definitions/777.html',
    },
    check: 'limits/id-shape',
    edits: [{ file: 'collections.ts', find: '[A-Za-z0-9._~-]{0,127}$/', replace: '[A-Za-z0-9._~-]{0,127}/' }],
  },
  {
    id: 'limits/long-field-is-a-crash',
    title: 'An indexed field that is too long is reported as a failure of the server.',
    check: 'limits/field-length',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "message.includes('constraint failed: indexed_fields')",
        replace: "message.includes('constraint failed: field_length')",
      },
    ],
  },
  {
    id: 'limits/prefix-counted-in-characters',
    title: 'The length of a prefix is counted in UTF-16 units, where D1 counts bytes.',
    check: 'limits/prefix-length',
    edits: [
      {
        file: 'list-query.ts',
        find: 'if (byteLength(value) >= LIKE_PATTERN_MAX_BYTES)',
        replace: 'if (value.length >= LIKE_PATTERN_MAX_BYTES)',
      },
    ],
  },
  {
    id: 'limits/prefix-without-limit',
    title: 'A prefix may be of any length.',
    check: 'limits/prefix-length',
    edits: [
      {
        file: 'list-query.ts',
        find: 'if (byteLength(value) >= LIKE_PATTERN_MAX_BYTES)',
        replace: 'if (byteLength(value) >= 10 * LIKE_PATTERN_MAX_BYTES)',
      },
    ],
  },
  {
    id: 'limits/request-without-limit',
    title: 'The size of a request is limited on the batch route alone.',
    standsFor: {
      what: 'Unrestricted resource consumption (OWASP API4:2023)',
      where: 'https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/',
    },
    check: 'limits/request-size',
    edits: [
      {
        file: 'index.ts',
        find: "  .use('/v1/*', route, limitRequest)",
        replace: "  .use('/v1/*', route)\n  .use('/v1/batch', limitRequest)",
      },
    ],
  },
];

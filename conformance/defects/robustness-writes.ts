import type { Defect } from './defect.ts';

/** What becomes of writes when the platform fails. */
export const WRITE_FAILURE_DEFECTS: readonly Defect[] = [
  {
    id: 'robustness/lost-write-is-repeated',
    title: 'A write whose reply was lost is sent again.',
    standsFor: {
      what: 'Which D1 errors to retry, and for which requests',
      where: 'kentcdodds/kody#1473',
    },
    check: 'robustness/definite-or-unknown',
    edits: [
      {
        file: 'mutations.ts',
        find: 'const rows = await store.write(statements);',
        replace:
          'const rows = await store.write(statements).catch((error: unknown) => {\n' +
          "      if (kindOfD1Error(String(error)) !== 'retryable') throw error;\n" +
          '      return store.write(statements);\n    });',
      },
      {
        file: 'mutations.ts',
        find: "import { problemOf } from './d1-errors.ts';",
        replace: "import { kindOfD1Error, problemOf } from './d1-errors.ts';",
      },
    ],
  },
  {
    id: 'robustness/lost-write-is-definite',
    title: 'A write whose reply was lost is reported as certainly not done.',
    check: 'robustness/definite-or-unknown',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "const definite = access === 'read' || kind === 'definite';",
        replace: "const definite = access === 'read' || kind !== 'overloaded';",
      },
    ],
  },
  {
    id: 'robustness/lost-delete-is-done',
    title: 'A deletion whose reply was lost is acknowledged, because deleting twice does no harm.',
    check: 'robustness/definite-or-unknown',
    edits: [
      {
        file: 'mutations.ts',
        find: "throw refusal(error, mutations) ?? problemOf(error, 'write');",
        replace:
          "if (mutations.every(({ op }) => op === 'delete') && kindOfD1Error(String(error)) === 'retryable')\n" +
          '      return mutations.map(({ id }) => ({ id, version: 1, created: false }));\n' +
          "    throw refusal(error, mutations) ?? problemOf(error, 'write');",
      },
      {
        file: 'mutations.ts',
        find: "import { problemOf } from './d1-errors.ts';",
        replace: "import { kindOfD1Error, problemOf } from './d1-errors.ts';",
      },
    ],
  },
  {
    id: 'robustness/batch-one-by-one',
    title:
      'A batch checks all of its preconditions in one transaction, and then writes one document after the other.',
    standsFor: {
      what: 'A transaction per statement instead of one per batch',
      where: 'https://developers.cloudflare.com/d1/worker-api/d1-database/#batch',
    },
    check: 'robustness/no-partial-batch',
    edits: [
      {
        file: 'mutations.ts',
        find: 'const rows = await store.write(statements);',
        replace:
          'const rows = await store.write(statements.filter((_, index) => index % 2 === 0));\n' +
          '    for (const [position, mutation] of mutations.entries())\n' +
          '      rows.splice(position * 2 + 1, 0, ...(await store.write([writeOf(mutation)])));',
      },
    ],
  },
];

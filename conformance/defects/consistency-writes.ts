import { CONSISTENCY_VERSION_DEFECTS } from './consistency-versions.ts';
import type { Defect } from './defect.ts';

const BATCH = 'https://developers.cloudflare.com/d1/worker-api/d1-database/#batch';
const RETRY = 'https://developers.cloudflare.com/d1/best-practices/retry-queries/';

/** Writes that are done twice, halfway, too late, or against a state that is no longer there. */
export const CONSISTENCY_WRITE_DEFECTS: readonly Defect[] = [
  {
    id: 'consistency/unknown-write-retried',
    title: 'A write whose reply was lost is sent again, and happens twice.',
    standsFor: { what: 'Only what reads may be retried blindly', where: RETRY },
    check: 'consistency/versions-rise-by-one',
    edits: [
      {
        file: 'mutations.ts',
        find: "import { problemOf } from './d1-errors.ts';",
        replace: "import pRetry from 'p-retry';\nimport { kindOfD1Error, problemOf } from './d1-errors.ts';",
      },
      {
        file: 'mutations.ts',
        find: 'await store.write(statements)',
        replace:
          'await pRetry(() => store.write(statements), {\n      retries: 2,\n      minTimeout: 10,\n' +
          "      shouldRetry: ({ error }) => kindOfD1Error(error.message) === 'retryable',\n    })",
      },
    ],
  },
  {
    id: 'consistency/outcome-unknown-called-definite',
    title: 'A lost connection is reported as a write that certainly did not happen.',
    standsFor: { what: 'An interrupted write may have been committed', where: RETRY },
    check: 'consistency/failed-writes-do-not-happen',
    edits: [
      {
        file: 'd1-errors.ts',
        find: "const definite = access === 'read' || kind === 'definite';",
        replace: "const definite = access === 'read' || kind === 'definite' || kind === 'retryable';",
      },
    ],
  },
  {
    id: 'consistency/precondition-noticed-too-late',
    title: 'A precondition that fails is noticed in its result, when the transaction has been committed.',
    standsFor: {
      what: 'A statement that changes nothing does not abort a batch; only an error does',
      where: BATCH,
    },
    check: 'consistency/failed-writes-do-not-happen',
    edits: [
      {
        file: 'statements.ts',
        find: "json_extract('{}', 'precondition ' || ?3 || ' ' || state)",
        replace: "'precondition ' || ?3 || ' ' || state",
      },
      {
        file: 'mutations.ts',
        find: '    return mutations.map(({ id }, position) => {',
        replace:
          '    for (const [row] of rows) {\n      const state = String(firstColumn(row));\n' +
          "      if (state.startsWith('precondition')) throw new Error(state);\n    }\n" +
          '    return mutations.map(({ id }, position) => {',
      },
    ],
  },
  {
    id: 'consistency/if-match-checked-before',
    title: 'If-Match is compared in a query of its own before the write, at whatever replica answers.',
    standsFor: {
      what: 'A version that is selected by, and left out of the UPDATE',
      where: 'prisma/orm#8612',
    },
    check: 'consistency/no-lost-update',
    edits: [
      {
        file: 'mutations.ts',
        find: 'const rows = await store.write(statements);',
        replace:
          'const checks = await store.write(statements.filter((_, index) => index % 2 === 0));\n' +
          '    const writes = await store.write(statements.filter((_, index) => index % 2 === 1));\n' +
          '    const rows = mutations.flatMap((_, index) => [checks[index] ?? [], writes[index] ?? []]);',
      },
    ],
  },
  {
    id: 'consistency/if-match-checked-on-primary',
    title: 'If-Match is compared on the primary, but in a transaction of its own before the write.',
    standsFor: {
      what: 'Two writers with the same If-Match both pass the check, and both write',
      where: 'HeliosSoftware/hfs#1404',
    },
    check: 'consistency/no-lost-update',
    edits: [
      {
        file: 'shard-session.ts',
        find: '      timed(() => session.batch(statements.map((statement) => prepare(session, account.id, statement)))),',
        replace: `      timed(async () => {
        const primary = database.withSession('first-primary');
        const tests = statements.filter((_, index) => index % 2 === 0);
        const changes = statements.filter((_, index) => index % 2 === 1);
        const tested = await primary.batch(tests.map((each) => prepare(primary, account.id, each)));
        const changed = await session.batch(changes.map((each) => prepare(session, account.id, each)));
        return changed.flatMap((result, index) => [tested[index] ?? result, result]);
      }),`,
      },
    ],
  },
  {
    id: 'consistency/batch-ignores-if-match',
    title: 'The operations of a batch may carry If-Match, and it is not looked at.',
    standsFor: {
      what: 'A precondition that cannot be honoured must not be ignored (RFC 9110, 13.1)',
      where: 'https://www.rfc-editor.org/rfc/rfc9110#section-13.1',
    },
    check: 'consistency/no-lost-update',
    edits: [
      {
        file: 'routes/batch.ts',
        find: 'writePrecondition(op, operation.ifMatch, operation.ifNoneMatch)',
        replace: 'writePrecondition(op, undefined, operation.ifNoneMatch)',
      },
    ],
  },
  {
    id: 'consistency/batch-one-by-one',
    title: 'The operations of a batch are transactions of their own, one after the other.',
    standsFor: { what: 'Only the statements of one batch() call are one transaction', where: BATCH },
    check: 'consistency/atomic-batch',
    edits: [
      {
        file: 'mutations.ts',
        find: 'const rows = await store.write(statements);',
        replace:
          'const rows: Rows[] = [];\n    for (let index = 0; index < statements.length; index += 2)\n' +
          '      rows.push(...(await store.write(statements.slice(index, index + 2))));',
      },
      {
        file: 'mutations.ts',
        find: "import type { ShardSession } from './shard-session.ts';",
        replace: "import type { Rows, ShardSession } from './shard-session.ts';",
      },
    ],
  },
  {
    id: 'consistency/acknowledged-before-written',
    title: 'A patch is acknowledged as soon as its document is found, and written after the response.',
    standsFor: {
      what: 'waitUntil outlives the response, and its failure reaches nobody',
      where: 'https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil',
    },
    check: 'consistency/no-lost-write',
    edits: [
      {
        file: 'routes/documents.ts',
        find: '  const [result] = await applyMutations(c.var.store, [mutation]);\n',
        replace: `  const { collection, id, op, precondition } = mutation;
  const isPlain = op === 'patch' && precondition.kind === 'none';
  const before = isPlain && firstDocument(await c.var.store.read(readDocument(collection, id)));
  const applied = applyMutations(c.var.store, [mutation]);
  if (before) {
    c.executionCtx.waitUntil(applied.catch((error) => console.error(String(error))));
    return c.json({ id, _version: before.version + 1 }, 200, { etag: etagOf(before.version + 1) });
  }
  const [result] = await applied;
`,
      },
    ],
  },
  ...CONSISTENCY_VERSION_DEFECTS,
];

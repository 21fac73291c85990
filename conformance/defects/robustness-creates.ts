import type { Defect } from './defect.ts';

const CHECK = 'robustness/create-does-not-replace';

/** Documents that are written over by who meant to make new ones. */
export const CREATE_DEFECTS: readonly Defect[] = [
  {
    id: 'robustness/create-replaces',
    title: 'A POST at an id that a document has takes its place, with 201.',
    standsFor: {
      what: 'INSERT OR REPLACE where INSERT was meant',
      where: 'https://www.sqlite.org/lang_replace.html',
    },
    check: CHECK,
    edits: [
      {
        file: 'mutations.ts',
        find: "if (op === 'create') return 'absent';",
        replace: "if (op === 'create') return 'any';",
      },
    ],
  },
  {
    id: 'robustness/create-in-batch-replaces',
    title: 'In a batch a create is a put.',
    check: CHECK,
    edits: [
      {
        file: 'routes/batch.ts',
        find: '  return {\n    op,',
        replace: "  return {\n    op: op === 'create' ? 'put' : op,",
      },
    ],
  },
  {
    id: 'robustness/create-looks-first',
    title:
      'A POST reads whether there is a document and then puts it, so that two at once are both acknowledged.',
    standsFor: {
      what: 'Time-of-check time-of-use race condition (CWE-367)',
      where: 'https://cwe.mitre.org/data/definitions/367.html',
    },
    check: CHECK,
    edits: [
      {
        file: 'routes/documents.ts',
        find: "    const precondition = { kind: 'none' } as const;\n    return write(c, { op: 'create',",
        replace:
          "    const precondition = { kind: 'none' } as const;\n" +
          '    if (firstDocument(await c.var.store.read(readDocument(collection, id))))\n' +
          "      throw new Problem('id_taken', collection + id);\n" +
          "    return write(c, { op: 'put',",
      },
    ],
  },
];

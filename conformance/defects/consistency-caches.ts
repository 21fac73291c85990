import type { Defect } from './defect.ts';

/** Caches that mix states of different times in what one session, or one response, is shown. */
export const CONSISTENCY_CACHE_DEFECTS: readonly Defect[] = [
  {
    id: 'consistency/list-with-cached-documents',
    title: 'A list takes the documents that KV has from there, each as it was at its own time.',
    check: 'consistency/monotonic-writes',
    edits: overlay('entry.document.version > 0'),
  },
  {
    id: 'consistency/list-with-newer-documents',
    title: 'A list takes from KV the documents that are newer there, beside others that are not.',
    check: 'consistency/writes-follow-reads',
    edits: overlay('entry.document.version > document.version'),
  },
  {
    id: 'consistency/cache-without-bookmarks',
    title: 'KV answers whatever the bookmark, and only a deletion drops its entry.',
    check: 'consistency/read-your-writes-by-trials',
    edits: [
      {
        file: 'routes/documents.ts',
        find: "if (typeof entry === 'object' && (wanted === undefined || entry.bookmark >= wanted)) {",
        replace: "if (typeof entry === 'object') {",
      },
      { file: 'routes/documents.ts', find: '    const wanted = store.start.bookmark;\n', replace: '' },
      {
        file: 'routes/documents.ts',
        find: '  if (kv) c.exec',
        replace: "  if (kv && mutation.op === 'delete') c.exec",
      },
    ],
  },
  {
    id: 'consistency/memory-of-the-isolate',
    title: 'An isolate answers for a second from its own memory, which another isolate cannot clear.',
    check: 'consistency/monotonic-reads-by-trials',
    edits: [
      {
        file: 'routes/documents.ts',
        find: 'type DocumentCtx =',
        replace:
          'const memory = new Map<string, { document: StoredDocument; untilMs: number }>();\n' +
          'const nameOf = ({ account, collection, id }: CacheKey) => JSON.stringify([account.id, collection, id]);\n\n' +
          'type DocumentCtx =',
      },
      {
        file: 'routes/documents.ts',
        find: '  const { CACHE: kv, SEAL_SECRET: secret } = c.env;\n',
        replace:
          '  const { CACHE: kv, SEAL_SECRET: secret } = c.env;\n  const known = memory.get(nameOf(key));\n' +
          '  if (known && known.untilMs > Date.now()) return known.document;\n',
      },
      {
        file: 'routes/documents.ts',
        find: '  const bookmark = store.bookmark();\n',
        replace:
          '  const bookmark = store.bookmark();\n' +
          '  if (document) memory.set(nameOf(key), { document, untilMs: Date.now() + 1_000 });\n',
      },
      {
        file: 'routes/documents.ts',
        find: '  const kv = c.env.CACHE;\n',
        replace:
          '  const kv = c.env.CACHE;\n  memory.delete(nameOf({ account: c.var.account, ...mutation }));\n',
      },
    ],
  },
];

/** @param condition under which a document of a list is taken from KV */
function overlay(condition: string): Defect['edits'] {
  const file = 'routes/lists.ts';
  return [
    {
      file,
      find: "import { collectionParam, idParam } from '../collections.ts';",
      replace:
        "import { type Collection, collectionParam, idParam } from '../collections.ts';\n" +
        "import { readCache } from '../document-cache.ts';",
    },
    {
      file,
      find: 'return page(c, scope, rows, query.limit);',
      replace: 'return page(c, scope, await withCached(c, query.collection, rows), query.limit);',
    },
    {
      file,
      find: 'async function position(',
      replace: `async function withCached(c: Ctx, collection: Collection, rows: readonly unknown[]): Promise<unknown[]> {
  const { CACHE: kv, SEAL_SECRET: secret } = c.env;
  const { account, store } = c.var;
  return Promise.all(
    rows.map(async (row) => {
      const document = storedDocument(row);
      const entry = kv && (await readCache(kv, secret, { account, collection, id: document.id }));
      if (typeof entry !== 'object' || entry.bookmark < (store.start.bookmark ?? '')) return row;
      if (!(${condition})) return row;
      return { ...(row as object), _version: entry.document.version, body: entry.document.bodyJson };
    }),
  );
}

async function position(`,
    },
  ];
}

import type { Defect } from './defect.ts';

const DOCUMENTS = 'routes/documents.ts';
const LISTS = 'routes/lists.ts';
const CACHE = 'document-cache.ts';
const BOUNDED_MAP = "import { BoundedMap } from '../bounded-map.ts';\n";
/** Remembers the rows of a page for ten seconds, in the isolate. */
const PAGES = `
const pages = new BoundedMap<string, { rows: Rows; untilMs: number }>(500);
async function remembered({ var: { account }, req }: Ctx, read: () => Promise<Rows>): Promise<Rows> {
  const name = \`\${account.id} \${req.url}\`;
  const known = pages.get(name);
  if (known && known.untilMs > Date.now()) return known.rows;
  const rows = await read();
  pages.set(name, { rows, untilMs: Date.now() + 10_000 });
  return rows;
}
`;
const ROWS = "import type { Rows } from '../shard-session.ts';\n";
const APP = "import type { App, Ctx } from '../env.ts';\n";

const AWAITED_INVALIDATION = {
  file: DOCUMENTS,
  find: 'if (kv) c.executionCtx.waitUntil(dropFromCache(kv, { account: c.var.account, ...mutation }));',
  replace: 'if (kv) await dropFromCache(kv, { account: c.var.account, ...mutation });',
};

/** Caches that invent answers, keep them for too long, or stand in the way of them. */
export const CACHE_ANSWER_DEFECTS: readonly Defect[] = [
  {
    id: 'cache/absence-remembered',
    title: 'An isolate remembers for ten seconds that there was no document, until it writes one itself.',
    standsFor: { what: 'Misses that KV caches as values', where: 'cloudflare/cloudflare-docs#13263' },
    check: 'cache/absence-cached-over-create',
    edits: [
      { file: DOCUMENTS, find: APP, replace: `${APP}\nconst absent = new Map<string, number>();\n` },
      {
        file: DOCUMENTS,
        find: '  const mayUseCache =',
        replace: `  const name = JSON.stringify([key.account.id, key.collection, key.id]);
  if ((absent.get(name) ?? 0) > Date.now()) return undefined;
  const mayUseCache =`,
      },
      {
        file: DOCUMENTS,
        find: 'const bookmark = store.bookmark();',
        replace:
          'if (!document) absent.set(name, Date.now() + 10_000);\n  const bookmark = store.bookmark();',
      },
      {
        file: DOCUMENTS,
        find: '  const kv = c.env.CACHE;\n',
        replace:
          '  const kv = c.env.CACHE;\n  absent.delete(JSON.stringify([c.var.account.id, mutation.collection, mutation.id]));\n',
      },
    ],
  },
  {
    id: 'cache/entry-outlives-its-document',
    title:
      'Where the database has no document the entry is served after all, as if only a replica were behind.',
    check: 'cache/delete-then-read',
    edits: [
      {
        file: DOCUMENTS,
        find: '  if (mayUseCache) {',
        replace: '  let cached: StoredDocument | undefined;\n  if (mayUseCache) {',
      },
      {
        file: DOCUMENTS,
        find: '    const wanted = store.start.bookmark;',
        replace:
          "    if (typeof entry === 'object') cached = entry.document;\n    const wanted = store.start.bookmark;",
      },
      { file: DOCUMENTS, find: '  return document;\n}', replace: '  return document ?? cached;\n}' },
    ],
  },
  {
    id: 'cache/list-remembered',
    title: 'An isolate remembers the pages of lists for ten seconds.',
    check: 'cache/list-after-write',
    edits: [
      { file: LISTS, find: APP, replace: `${BOUNDED_MAP}${APP}${ROWS}${PAGES}` },
      {
        file: LISTS,
        find: 'await c.var.store.read(listDocuments({ ...query, ...(after && { after }) }));',
        replace:
          'await remembered(c, () => c.var.store.read(listDocuments({ ...query, ...(after && { after }) })));',
      },
    ],
  },
  {
    id: 'cache/join-remembered',
    title: 'An isolate remembers the finances of a client for ten seconds.',
    check: 'cache/list-after-write',
    edits: [
      { file: LISTS, find: APP, replace: `${BOUNDED_MAP}${APP}${ROWS}${PAGES}` },
      {
        file: LISTS,
        find: "await c.var.store.read(listFinancesOfClient(clientId, after?.id ?? '', limit));",
        replace:
          "await remembered(c, () => c.var.store.read(listFinancesOfClient(clientId, after?.id ?? '', limit)));",
      },
    ],
  },
  {
    id: 'cache/not-modified-by-metadata',
    title:
      'A conditional request is answered by the version in the metadata of the entry, before any bookmark is looked at.',
    check: 'cache/conditional-requests',
    edits: [
      { file: CACHE, find: 'const kvKey = (', replace: 'export const kvKey = (' },
      {
        file: DOCUMENTS,
        find: 'import { type CacheKey, dropFromCache, fillCache, readCache }',
        replace: 'import { type CacheKey, dropFromCache, fillCache, kvKey, readCache }',
      },
      {
        file: DOCUMENTS,
        find: '    const document = await readThroughCache(c, key);',
        replace: `    const tag = c.req.header('if-none-match');
    if (tag !== undefined && c.env.CACHE) {
      const found = await c.env.CACHE.getWithMetadata<{ version: number }>(kvKey(key), 'stream').catch(() => undefined);
      await found?.value?.cancel();
      if (found?.metadata && etagOf(found.metadata.version) === tag) return c.body(null, 304, { etag: tag });
    }
    const document = await readThroughCache(c, key);`,
      },
    ],
  },
  {
    id: 'cache/batch-delete-not-invalidated',
    title: 'What a batch deletes stays in the cache.',
    check: 'cache/invalidated-on-write',
    edits: [
      {
        file: 'routes/batch.ts',
        find: 'mutations.map(({ collection, id }) =>',
        replace: "mutations.filter(({ op }) => op !== 'delete').map(({ collection, id }) =>",
      },
    ],
  },
  {
    id: 'cache/patch-not-invalidated',
    title: 'A patched document stays in the cache as it was.',
    check: 'cache/invalidated-on-write',
    edits: [
      {
        file: DOCUMENTS,
        find: 'if (kv) c.executionCtx.waitUntil(dropFromCache',
        replace: "if (kv && mutation.op !== 'patch') c.executionCtx.waitUntil(dropFromCache",
      },
    ],
  },
  {
    id: 'cache/read-error-surfaces',
    title: 'An error of KV fails the read that asked it.',
    check: 'cache/kv-failing',
    edits: [
      {
        file: CACHE,
        find: "report('cache_read_failed', key, error);\n    return 'failed';",
        replace: "report('cache_read_failed', key, error);\n    throw error;",
      },
    ],
  },
  {
    id: 'cache/invalidation-error-surfaces',
    title: 'A write that happened is answered with an error because KV refused the invalidation.',
    standsFor: {
      what: 'A second write to a key within a second gets 429',
      where: 'https://developers.cloudflare.com/kv/platform/limits/',
    },
    check: 'cache/kv-failing',
    edits: [
      AWAITED_INVALIDATION,
      { file: CACHE, find: "report('cache_drop_failed', key, error);", replace: 'throw error;' },
    ],
  },
  {
    id: 'cache/kv-without-time-limit',
    title: 'A read waits for KV for as long as KV takes.',
    check: 'cache/kv-slow',
    edits: [
      {
        file: CACHE,
        find: '      new Promise<undefined>((resolve) => setTimeout(resolve, KV_BUDGET_MS)),\n',
        replace: '',
      },
    ],
  },
  {
    id: 'cache/invalidation-awaited',
    title: 'A write is answered when its invalidation is done, however long that takes.',
    check: 'cache/kv-slow',
    edits: [AWAITED_INVALIDATION],
  },
];

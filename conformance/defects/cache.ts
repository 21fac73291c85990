import type { Defect } from './defect.ts';

const DOCUMENTS = 'routes/documents.ts';
const USABLE = "if (typeof entry === 'object' && (wanted === undefined || entry.bookmark >= wanted)) {";
const IMPORT = "import { applyMutations, type Mutation } from '../mutations.ts';";
/** A name of the document, for what a Worker remembers of it. */
const NAME = 'JSON.stringify([key.account.id, key.collection, key.id])';

/** Caches that answer with what their reader has left behind. */
export const CACHE_DEFECTS: readonly Defect[] = [
  {
    id: 'cache/bookmark-not-compared',
    title: 'A cache entry answers every request, whatever bookmark it carries.',
    standsFor: {
      what: 'KV read after write that came back stale',
      where: 'alchemy-run/alchemy#703',
    },
    check: 'cache/never-against-newer-bookmark',
    edits: [{ file: DOCUMENTS, find: USABLE, replace: "if (typeof entry === 'object') {" }],
  },
  {
    id: 'cache/bookmarks-compared-as-numbers',
    title: 'Bookmarks are compared as numbers, and a number ends at their first hyphen.',
    check: 'cache/never-against-newer-bookmark',
    edits: [
      {
        file: DOCUMENTS,
        find: 'entry.bookmark >= wanted)',
        replace: 'Number.parseInt(entry.bookmark, 16) >= Number.parseInt(wanted, 16))',
      },
    ],
  },
  {
    id: 'cache/comparison-inverted',
    title: 'An entry answers those who have seen more than it holds, and no others.',
    check: 'cache/never-against-newer-bookmark',
    edits: [{ file: DOCUMENTS, find: 'entry.bookmark >= wanted)', replace: 'entry.bookmark <= wanted)' }],
  },
  {
    id: 'cache/memory-in-front-of-kv',
    title: 'An isolate remembers what it has read from KV for ten seconds, and asks no bookmark.',
    standsFor: {
      what: 'A permanent cache in each isolate',
      where: 'openma-ai/open-managed-agents#13',
    },
    check: 'cache/never-against-newer-bookmark',
    edits: [
      {
        file: DOCUMENTS,
        find: IMPORT,
        replace: `${IMPORT}
const recent = new Map<string, { document: StoredDocument; bookmark: string; untilMs: number }>();`,
      },
      {
        file: DOCUMENTS,
        find: "c.set('cacheOutcome', 'hit');",
        replace: `c.set('cacheOutcome', 'hit');
      recent.set(${NAME}, { ...entry, untilMs: Date.now() + 10_000 });`,
      },
      {
        file: DOCUMENTS,
        find: '  if (mayUseCache) {',
        replace: `  const known = recent.get(${NAME});
  if (mayUseCache && known && known.untilMs > Date.now()) {
    c.set('cacheOutcome', 'hit');
    store.advanceTo(known.bookmark);
    return known.document;
  }
  if (mayUseCache) {`,
      },
    ],
  },
  {
    id: 'cache/entry-stamped-with-newest-bookmark',
    title:
      'An entry is stamped with the newest position that its isolate knows, not with that of what was read.',
    check: 'cache/stale-fill-after-invalidation',
    edits: [
      {
        file: DOCUMENTS,
        find: IMPORT,
        replace: `${IMPORT}
const newest = new Map<string, string>();
function newestOf({ account, store }: Ctx['var']): string | undefined {
  const [known = '', reached = ''] = [newest.get(account.shardId), store.bookmark()];
  newest.set(account.shardId, known > reached ? known : reached);
  return newest.get(account.shardId);
}`,
      },
      {
        file: DOCUMENTS,
        find: 'const bookmark = store.bookmark();',
        replace: 'const bookmark = newestOf(c.var);',
      },
      {
        file: DOCUMENTS,
        find: '  const kv = c.env.CACHE;\n',
        replace: '  const kv = c.env.CACHE;\n  newestOf(c.var);\n',
      },
    ],
  },
  {
    id: 'cache/trusts-what-follows-its-invalidation',
    title: 'What KV holds after an isolate has invalidated a key is taken to be newer than the write.',
    check: 'cache/stale-fill-after-invalidation',
    edits: [
      { file: DOCUMENTS, find: IMPORT, replace: `${IMPORT}\nconst invalidated = new Set<string>();` },
      {
        file: DOCUMENTS,
        find: '  const kv = c.env.CACHE;\n',
        replace: `  const kv = c.env.CACHE;
  const key = { account: c.var.account, ...mutation };
  invalidated.add(${NAME});
`,
      },
      {
        file: DOCUMENTS,
        find: 'entry.bookmark >= wanted)',
        replace: `entry.bookmark >= wanted || invalidated.has(${NAME}))`,
      },
    ],
  },
  {
    id: 'cache/hit-without-position',
    title: 'An answer from the cache does not say which position it shows.',
    standsFor: { what: 'A session token that moved backwards', where: 'tlaplus/azure-cosmos-tla#3' },
    check: 'cache/hit-tells-its-position',
    edits: [{ file: DOCUMENTS, find: 'store.advanceTo(entry.bookmark);', replace: '' }],
  },
  {
    id: 'cache/hit-keeps-the-old-position',
    title: 'An answer from the cache hands back the bookmark that it was asked with.',
    check: 'cache/hit-tells-its-position',
    edits: [
      {
        file: DOCUMENTS,
        find: 'store.advanceTo(entry.bookmark);',
        replace: 'store.advanceTo(wanted ?? entry.bookmark);',
      },
    ],
  },
  {
    id: 'cache/kv-never-goes-back',
    title: 'Once an entry has satisfied a bookmark, every later one under its key is taken to satisfy it.',
    check: 'cache/kv-going-back',
    edits: [
      { file: DOCUMENTS, find: IMPORT, replace: `${IMPORT}\nconst satisfied = new Map<string, string>();` },
      {
        file: DOCUMENTS,
        find: 'entry.bookmark >= wanted)',
        replace: `entry.bookmark >= wanted || (satisfied.get(${NAME}) ?? '') >= wanted)`,
      },
      {
        file: DOCUMENTS,
        find: "c.set('cacheOutcome', 'hit');",
        replace: `c.set('cacheOutcome', 'hit');\n      if (wanted !== undefined) satisfied.set(${NAME}, entry.bookmark);`,
      },
    ],
  },
  {
    id: 'cache/forged-bookmark-may-use-it',
    title: 'A bookmark that does not verify counts for the cache as none.',
    check: 'cache/forged-bookmark',
    edits: [
      {
        file: DOCUMENTS,
        find: "const mayUseCache = kv && store.start.constraint !== 'first-primary';",
        replace: "const mayUseCache = kv && store.start.constraint !== '';",
      },
    ],
  },
  {
    id: 'cache/stale-if-error',
    title: 'While KV fails, an isolate answers with what it read last.',
    standsFor: { what: 'stale-if-error (RFC 5861)', where: 'https://www.rfc-editor.org/rfc/rfc5861' },
    check: 'cache/kv-failing',
    edits: [
      {
        file: DOCUMENTS,
        find: IMPORT,
        replace: `${IMPORT}\nconst lastRead = new Map<string, StoredDocument>();`,
      },
      {
        file: DOCUMENTS,
        find: 'const wanted = store.start.bookmark;',
        replace: `const wanted = store.start.bookmark;
    const kept = lastRead.get(key.account.shardId + ${NAME});
    if (entry === 'failed' && kept) return kept;`,
      },
      {
        file: DOCUMENTS,
        find: 'const bookmark = store.bookmark();',
        replace: `if (document) lastRead.set(key.account.shardId + ${NAME}, document);
  const bookmark = store.bookmark();`,
      },
    ],
  },
];

import { CONSISTENCY_CACHE_DEFECTS } from './consistency-caches.ts';
import type { Defect } from './defect.ts';

const READ_REPLICATION = 'https://developers.cloudflare.com/d1/best-practices/read-replication/';

/** Positions that are lost, forgotten or mixed up: a session is shown less than it knows. */
export const CONSISTENCY_DEFECTS: readonly Defect[] = [
  {
    id: 'consistency/bookmark-ignored',
    title: 'Every request opens its session anew: the bookmark is verified, returned, and not used.',
    standsFor: { what: 'Sequential consistency needs the bookmark of the request', where: READ_REPLICATION },
    check: 'consistency/read-your-writes',
    edits: [
      {
        file: 'shard-session.ts',
        find: 'database.withSession(start.constraint)',
        replace: "database.withSession('first-unconstrained')",
      },
    ],
  },
  {
    id: 'consistency/writes-return-no-bookmark',
    title: 'Only reads return a bookmark, as if a write had nothing to wait for.',
    standsFor: { what: 'A bookmark follows every query of a session', where: READ_REPLICATION },
    check: 'consistency/read-your-writes',
    edits: [
      {
        file: 'index.ts',
        find: 'if (token) c.header',
        replace: "if (token && c.req.method === 'GET') c.header",
      },
    ],
  },
  {
    id: 'consistency/reads-return-no-bookmark',
    title: 'Only writes return a bookmark, as if a read had nothing to remember.',
    standsFor: {
      what: 'Monotonic reads need the session to carry what its reads have seen (Terry et al., 1994)',
      where: 'https://doi.org/10.1109/PDIS.1994.331722',
    },
    check: 'consistency/monotonic-reads',
    edits: [
      {
        file: 'index.ts',
        find: 'if (token) c.header',
        replace: "if (token && c.req.method !== 'GET') c.header",
      },
    ],
  },
  {
    id: 'consistency/errors-return-no-bookmark',
    title:
      'An error returns no bookmark, though "there is no such document" is an answer of a certain state.',
    check: 'consistency/monotonic-reads',
    edits: [{ file: 'index.ts', find: 'if (token) c.header', replace: 'if (token && !c.error) c.header' }],
  },
  {
    id: 'consistency/bookmark-of-the-isolate',
    title: "The newest bookmark is kept in the isolate and used instead of the request's.",
    standsFor: {
      what: 'State of one request in a global variable of the isolate',
      where: 'https://developers.cloudflare.com/workers/reference/how-workers-works/',
    },
    check: 'consistency/read-your-writes',
    edits: [
      {
        file: 'shard-session.ts',
        find: 'export type Rows = readonly unknown[];',
        replace: 'export type Rows = readonly unknown[];\n\nconst newest = new Map<string, string>();',
      },
      {
        file: 'shard-session.ts',
        find: 'database.withSession(start.constraint)',
        replace: 'database.withSession(newest.get(owner) ?? start.constraint)',
      },
      {
        file: 'shard-session.ts',
        find: '    onServed(performance.now() - startMs, servedBy(results[0]?.meta));',
        replace:
          '    const reached = session.getBookmark();\n    if (isBookmark(reached)) newest.set(owner, reached);\n' +
          '    onServed(performance.now() - startMs, servedBy(results[0]?.meta));',
      },
    ],
  },
  {
    id: 'consistency/last-position-instead-of-latest',
    title: 'A session returns the position that D1 told last, though a cache entry took it further.',
    standsFor: {
      what: 'A session token that moves backwards hides the violation it causes',
      where: 'tlaplus/azure-cosmos-tla#3',
    },
    check: 'consistency/monotonic-reads',
    edits: [
      {
        file: 'shard-session.ts',
        find: 'return position !== undefined && position > reached ? position : reached;',
        replace: 'return reached;',
      },
    ],
  },
  {
    id: 'consistency/cache-hit-without-position',
    title:
      'An answer from KV leaves the session where it was, so that what came before it may still be missing.',
    check: 'consistency/causal-order',
    edits: [{ file: 'routes/documents.ts', find: '      store.advanceTo(entry.bookmark);\n', replace: '' }],
  },
  ...CONSISTENCY_CACHE_DEFECTS,
];

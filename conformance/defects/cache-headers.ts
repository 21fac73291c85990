import type { Defect } from './defect.ts';

const INDEX = 'index.ts';
const LISTS = 'routes/lists.ts';
const FORBID = "c.header('cache-control', 'private, no-store');";

/** Answers that a cache in front of the Worker may keep. */
export const SHARED_CACHING_DEFECTS: readonly Defect[] = [
  {
    id: 'cache/errors-may-be-cached',
    title: 'Refusals have no Cache-Control.',
    standsFor: {
      what: 'A response without the header was kept for two hours (RFC 9111, section 4.2.2)',
      where: 'piconic-ai/barefootjs#2790',
    },
    check: 'cache/shared-caching-forbidden',
    edits: [
      { file: INDEX, find: FORBID, replace: `if (c.res.status < 400 || c.res.status >= 500) ${FORBID}` },
    ],
  },
  {
    id: 'cache/not-modified-may-be-cached',
    title:
      'A 304 has no Cache-Control, so it refreshes what a cache may have kept (RFC 9111, section 4.3.4).',
    check: 'cache/shared-caching-forbidden',
    edits: [{ file: INDEX, find: FORBID, replace: `if (c.res.status !== 304) ${FORBID}` }],
  },
  {
    id: 'cache/lists-are-public',
    title: 'Lists may be kept by any cache for a minute.',
    standsFor: { what: '`public, s-maxage` on routes of a user', where: 'ptrlrd/spire-codex#399' },
    check: 'cache/shared-caching-forbidden',
    edits: [
      { file: INDEX, find: FORBID, replace: `if (!c.res.headers.has('cache-control')) ${FORBID}` },
      {
        file: LISTS,
        find: "return c.body(json, 200, { 'content-type': 'application/json' });",
        replace:
          "return c.body(json, 200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' });",
      },
    ],
  },
  {
    id: 'cache/join-in-the-cdn',
    title: 'The finances of a client may be kept by the CDN, by a header that it obeys before Cache-Control.',
    standsFor: { what: 'Targeted cache control (RFC 9213)', where: 'https://www.rfc-editor.org/rfc/rfc9213' },
    check: 'cache/shared-caching-forbidden',
    edits: [
      {
        file: LISTS,
        find: '    const client = JSON.stringify({ id: clientId,',
        replace:
          "    c.header('cdn-cache-control', 'max-age=60');\n    const client = JSON.stringify({ id: clientId,",
      },
    ],
  },
  {
    id: 'cache/vary-names-the-host-alone',
    title: 'Vary does not name the header that tells who is asking.',
    check: 'cache/shared-caching-forbidden',
    edits: [
      { file: INDEX, find: "c.header('vary', 'authorization, host');", replace: "c.header('vary', 'host');" },
    ],
  },
  {
    id: 'cache/failures-may-be-cached',
    title: 'A failure of the database is answered without Cache-Control.',
    standsFor: {
      what: 'A cache rule that fails open',
      where: 'https://cwe.mitre.org/data/definitions/636.html',
    },
    check: 'cache/shared-caching-forbidden-on-failures',
    edits: [{ file: INDEX, find: FORBID, replace: `if (c.res.status < 500) ${FORBID}` }],
  },
];

/**
 * What the requirement ids of results are about, in a few words. The sentences, and where each is shown, are in
 * the README of each reference system (shared-shards: A, B; content-sites: D) and .github/ARCHITECTURE.md (P);
 * .config/pages.test.ts holds these words to those.
 */
export const REQUIREMENT_TITLES: Readonly<Record<string, string>> = {
  A1: 'account database',
  A2: 'shared shards',
  A3: 'dedicated shards',
  A4: '4,000 users',
  A5: '5 GB in ten years',
  A6: 'low cost',
  A7: 'isolation of accounts',
  A8: 'data in Europe',
  A9: 'few indexes',
  A10: 'optional cache',
  A11: 'read your writes',
  A12: 'no Durable Objects',
  B1: 'documents as JSON',
  B2: 'derived fields',
  B3: 'versions',
  B4: 'bookmarks',
  B5: 'safe cache',
  B6: 'hot cache',
  B7: 'latency',
  B8: 'scaling',
  B9: 'queries',
  B10: 'no noisy neighbours',
  B11: 'UK and EU locations',
  D1: 'hostname to tenant',
  D2: 'one database',
  D3: 'KV in front of D1',
  D4: 'invalidation',
  D5: 'one owner',
  D6: 'write budget',
  D7: 'reads',
  D8: 'coordination',
  D9: 'themes',
  D10: 'search',
  D11: 'bounded staleness',
  P1: 'harness and reference Worker',
  P2: 'libraries',
  P3: 'layout',
  P4: 'reference Worker',
  P5: 'generated documents',
  P6: 'verified load',
  P7: 'conformance',
  P8: 'who it serves',
};

/** An id with its title, as in `A7 (isolation of accounts)`; an id that is not known here is shown alone. */
export const requirementText = (id: string): string =>
  Object.hasOwn(REQUIREMENT_TITLES, id) ? `${id} (${REQUIREMENT_TITLES[id]})` : id;

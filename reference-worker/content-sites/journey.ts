import { Journey, Objectives, operationsOf, within } from '../target/index.ts';

/** Visitors of all sites, and now and then an owner who publishes. */
export const readersJourney = Journey.parse({
  places: {
    id: 'id',
    body: '',
    canary: { posts: 'title', settings: 'value' },
    items: 'items',
    write: 'document',
  },
  // Assumption: a page is read in a quarter of a minute, or left.
  thinkTime: { medianMs: 15_000, sigma: 0.8 },
  // Assumption: what is read is distributed as Zipf found, sites and their posts alike ("Web caching and Zipf-like distributions",
  // Breslau et al., INFOCOM 1999, found 0.64 to 0.83 for the pages of many servers).
  zipfExponent: 0.8,
  popShares: { LHR: 0.7, MAN: 0.2, EDI: 0.1 },
  opening: { steps: [], again: 0 },
  steps: [
    { operation: 'home', does: 'view', view: 'home', resource: 'posts' },
    { operation: 'post', does: 'view', view: 'post', resource: 'posts' },
    { operation: 'next-post', does: 'view', view: 'post', resource: 'posts', share: 0.5 },
    // Assumption: hardly anybody searches. The word is a common one of what posts are made of.
    { operation: 'search', does: 'view', view: 'search', resource: 'posts', word: 'mountain', share: 0.05 },
    {
      // Assumption: more often than owners of a hundred sites that have ten thousand views a day do.
      ...{ operation: 'publish', does: 'create', resource: 'posts', share: 0.02, id: 'news-{mark}' },
      body: { title: '{mark} {canary}', text: 'Written at {now}.', status: 'published' },
    },
    {
      // Assumption: as often. What belongs to the look of every page of the site is then read anew.
      ...{ operation: 'describe', does: 'create', resource: 'settings', share: 0.02, id: 'description' },
      body: { value: '{mark} {canary}' },
    },
  ],
});

const view = within(
  200,
  'A page within 0.2 s leaves a second for what a browser does with it (Nielsen, 1993: a second keeps a train of thought).',
);
const publish = within(500, 'An owner waits for it; a write goes to the primary (assumption).');

export const readersObjectives = Objectives.parse({
  operations: Object.fromEntries(
    [...operationsOf(readersJourney)].map(([name, kind]) => [name, kind === 'read' ? view : publish]),
  ),
  total: { p95Ms: 200, p99Ms: 800, why: 'Nearly all of it is views.' },
  // Assumption: three nines, the usual first objective.
  failureBudget: 0.001,
  longestStallMs: 2_000,
});

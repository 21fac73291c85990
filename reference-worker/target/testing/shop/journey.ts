import { Journey, Objectives, operationsOf, within } from '../../index.ts';

/** What people do with their list. */
export const journey = Journey.parse({
  places: { id: 'id', body: '', items: 'items', canary: 'note', write: 'document' },
  thinkTime: { medianMs: 100, sigma: 0.5 },
  zipfExponent: 0.9,
  popShares: { LHR: 1 },
  opening: { steps: [{ operation: 'browse', does: 'list', resource: 'items', limit: 50 }], again: 0.1 },
  steps: [
    { operation: 'open-item', does: 'read', resource: 'items', which: 'drawn' },
    {
      ...{ operation: 'retitle', does: 'patch', resource: 'items', share: 0.5, mark: 'title' },
      body: { title: '{mark}' },
    },
    { operation: 'see-title', does: 'read', resource: 'items', which: 'written' },
  ],
});

const ofEach = within(500, 'Items are small, and nothing of the platform is modelled.');
export const objectives = Objectives.parse({
  operations: Object.fromEntries([...operationsOf(journey).keys()].map((name) => [name, ofEach])),
  total: { p95Ms: 500, p99Ms: 2_000, why: 'As each of them.' },
  failureBudget: 0.001,
  longestStallMs: 2_000,
});

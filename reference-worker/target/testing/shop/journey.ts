import { Journey, sameForAll, within } from '../../index.ts';

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

export const objectives = sameForAll(
  journey,
  within(500, 'Items are small, and nothing of the platform is modelled.'),
);

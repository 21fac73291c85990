import { Journey, sameForAll, within } from '../../index.ts';

/** What people do while they read. */
export const journey = Journey.parse({
  places: { id: 'document', body: '', items: 'items', canary: 'device', write: 'receipt' },
  thinkTime: { medianMs: 100, sigma: 0.5 },
  zipfExponent: 0.9,
  popShares: { LHR: 1 },
  opening: { steps: [], again: 0 },
  steps: [
    { operation: 'open-book', does: 'read', resource: 'progress', which: 'drawn' },
    {
      ...{ operation: 'turn-page', does: 'create', resource: 'progress', share: 0.5, id: 'book-{mark}' },
      body: { progress: '{mark}', percentage: 0.5, device: '{canary}' },
    },
    { operation: 'see-page', does: 'read', resource: 'progress', which: 'written' },
  ],
});

export const objectives = sameForAll(
  journey,
  within(500, 'Positions are small, and nothing of the platform is modelled.'),
);

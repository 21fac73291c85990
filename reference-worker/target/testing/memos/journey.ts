import { Journey, sameForAll, within } from '../../index.ts';

/** What members do with memos. Nobody looks for what was just written: the cache may show what was there before. */
export const journey = Journey.parse({
  places: { id: 'id', body: '', items: 'memos', canary: 'text', write: 'document' },
  thinkTime: { medianMs: 100, sigma: 0.5 },
  zipfExponent: 0.9,
  popShares: { LHR: 1 },
  opening: { steps: [{ operation: 'browse', does: 'list', resource: 'memos', limit: 100 }], again: 0.1 },
  steps: [
    { operation: 'open-memo', does: 'read', resource: 'memos', which: 'drawn' },
    {
      ...{ operation: 'retitle', does: 'patch', resource: 'memos', share: 0.5, mark: 'title' },
      body: { title: '{mark}' },
    },
    {
      ...{ operation: 'add-memo', does: 'create', resource: 'memos', share: 0.3 },
      body: { title: '{mark}', text: '{canary}' },
    },
  ],
});

export const objectives = sameForAll(
  journey,
  within(500, 'Memos are small, and nothing of the platform is modelled.'),
);

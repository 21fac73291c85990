import { Journey, sameForAll, within } from '../../index.ts';

/** What people do with notes and their tags. */
export const journey = Journey.parse({
  places: {
    ...{ id: 'id', body: '', items: 'items', write: 'document' },
    canary: { notes: 'text', tags: 'label' },
  },
  thinkTime: { medianMs: 100, sigma: 0.5 },
  zipfExponent: 0.9,
  popShares: { LHR: 1 },
  opening: { steps: [{ operation: 'browse', does: 'list', resource: 'notes', limit: 20 }], again: 0.1 },
  steps: [
    { operation: 'open-note', does: 'read', resource: 'notes', which: 'drawn' },
    {
      ...{ operation: 'list-tags', does: 'list', resource: 'tags', limit: 50 },
      where: { field: 'noteId', is: '{opened}' },
    },
    {
      ...{ operation: 'retitle', does: 'patch', resource: 'notes', share: 0.5, mark: 'title' },
      body: { title: '{mark}' },
    },
    { operation: 'see-title', does: 'read', resource: 'notes', which: 'written' },
    {
      ...{ operation: 'add-note', does: 'create', resource: 'notes', share: 0.3 },
      body: { title: '{mark}', text: '{canary}' },
    },
    { operation: 'see-note', does: 'read', resource: 'notes', which: 'written' },
  ],
});

export const objectives = sameForAll(
  journey,
  within(500, 'Notes are small, and nothing of the platform is modelled.'),
);

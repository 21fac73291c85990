import { Journey, Objectives, within } from '../target/index.ts';

/** Customers at their dashboards: they look at all of their settings, then at one, and hardly ever change it. */
export const dashboardJourney = Journey.parse({
  places: { id: 'id', body: '', items: 'items', canary: 'value', write: 'document' },
  // Assumption, as of other people at a business application: some seconds to read, with a long tail.
  thinkTime: { medianMs: 15_000, sigma: 0.6 },
  // Assumption: the first settings of the page are looked at most.
  zipfExponent: 0.99,
  popShares: { LHR: 0.6, MAN: 0.3, EDI: 0.1 },
  opening: {
    steps: [{ operation: 'dashboard', does: 'list', resource: 'settings', limit: 50 }],
    again: 1,
  },
  steps: [
    { operation: 'open-setting', does: 'read', resource: 'settings', which: 'drawn' },
    {
      // Assumption: a person changes something once in three hours or four. 4,000 then need the calls that are left for changes (E5).
      ...{ operation: 'change-setting', does: 'put', resource: 'settings', share: 0.003, mark: 'value' },
      body: { value: '{mark} {canary}' },
    },
    { operation: 'see-setting', does: 'read', resource: 'settings', which: 'written' },
  ],
});

const page = within(100, 'E6: a page takes less than 100 ms.');
const change = within(500, 'E6: a change takes less than 2 s, which is held to as the p99.');

export const dashboardObjectives = Objectives.parse({
  operations: {
    dashboard: page,
    'open-setting': page,
    // What finds no call left is refused, and says so; more than one in fifty would be too many (assumption).
    'change-setting': { ...change, failureBudget: 0.02 },
    'see-setting': page,
  },
  total: { p95Ms: page.p95Ms, p99Ms: page.p99Ms, why: 'Nearly all of them are pages.' },
  // Assumption: three nines, the usual first objective.
  failureBudget: 0.001,
  longestStallMs: 2_000,
});

import { Journey, Objectives, operationsOf, within } from '../target/index.ts';

/** People at tills: they find a customer, look at what was bought, sometimes mend an address, and sell. */
export const tillJourney = Journey.parse({
  places: { id: 'id', body: '', items: 'items', canary: 'note', write: 'document' },
  // Assumption: somebody at a counter clicks, and then talks.
  thinkTime: { medianMs: 10_000, sigma: 0.6 },
  zipfExponent: 0.99,
  // A shop is in one place.
  popShares: { LHR: 1 },
  opening: { steps: [{ operation: 'stock', does: 'list', resource: 'inventory', limit: 20 }], again: 0.1 },
  steps: [
    { operation: 'open-customer', does: 'read', resource: 'customers', which: 'drawn' },
    {
      ...{ operation: 'list-sales', does: 'list', resource: 'sales', limit: 20 },
      where: { field: 'customerId', is: '{opened}' },
    },
    {
      ...{ operation: 'mend-address', does: 'patch', resource: 'customers', share: 0.2, mark: 'postcode' },
      body: { postcode: '{mark}' },
    },
    { operation: 'see-address', does: 'read', resource: 'customers', which: 'written' },
    {
      ...{ operation: 'sell', does: 'create', resource: 'sales', share: 0.6, id: 'sale-{mark}' },
      body: { customerId: '{opened}', staffId: 'owner', soldAt: '{now}', note: '{canary}' },
    },
    { operation: 'see-sale', does: 'read', resource: 'sales', which: 'written' },
  ],
});

const read = within(
  150,
  'A till waits with a customer in front of it: an answer within 0.1 s feels immediate (Nielsen, 1993), and half as much for the network (assumption).',
);
const write = within(
  300,
  'Well under the second that keeps a train of thought (Nielsen, 1993); a write goes to the primary.',
);

export const tillObjectives = Objectives.parse({
  operations: Object.fromEntries(
    [...operationsOf(tillJourney)].map(([name, kind]) => [name, kind === 'read' ? read : write]),
  ),
  total: {
    p95Ms: 250,
    p99Ms: 1_000,
    why: 'Five requests in six are reads; the slowest twentieth has writes in it (assumption).',
  },
  // Assumption: three nines, the usual first objective.
  failureBudget: 0.001,
  longestStallMs: 2_000,
});

import { latencyProfiles } from '../local/index.ts';
import { type Objectives, P99_OF_P95, within } from '../target/index.ts';

const { d1 } = latencyProfiles['uk-eu'];
const distancesMs = Object.values(d1.roundTripMs).map((from) => from[d1.primary.region]);
/** The one set of numbers that is assumed for the network to D1, with its sources: the profile's. */
const TO_THE_DATABASE = `${distancesMs.join(', ')} ms from the PoPs to a database in western Europe and back (profile uk-eu)`;

const read = within(
  100,
  'An answer within 0.1 s feels immediate (Nielsen, Usability Engineering, 1993). B7 allows 3 ms of Worker and 4 ms ' +
    `of D1; ${TO_THE_DATABASE}, for the account and for the document; 30 ms for the UK network to the PoP (assumption). ` +
    'The rest is for queueing behind other users.',
);
const list = within(
  150,
  'As for one document, and half as much again for up to twenty documents in the answer (assumption).',
);
const write = within(
  250,
  `B7 allows 10 ms for a D1 write; ${TO_THE_DATABASE}, and writes of all users of a shard queue for the primary. ` +
    'Well under the 1 s that keeps a train of thought (Nielsen, 1993).',
);

export const objectives: Objectives = {
  operations: {
    'sign-in': list,
    'search-clients': list,
    'open-client': read,
    'open-finances': list,
    'list-notes': list,
    'edit-client': write,
    'read-back-client': read,
    'add-note': write,
    'read-back-notes': list,
  },
  total: {
    p95Ms: 200,
    p99Ms: 200 * P99_OF_P95,
    why:
      'Seven requests in eight are reads, held to 150 ms at most; the writes may take longer, so the slowest twentieth ' +
      'of the mix lies between the two (assumption).',
  },
  // Assumption: three nines over the phases that count, the usual first objective of an internal service.
  failureBudget: 0.001,
  // After 1 s a train of thought breaks (Nielsen, 1993), and k6 itself may be silent for 2 s without anybody noticing.
  longestStallMs: 2000,
};

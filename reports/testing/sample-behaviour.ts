import type { PlannedFault, RunResult } from '../schema/index.ts';

/** What of a run is modelled with uk-eu, KV off, and a fault that fired. */
export const sampleBehaviour: RunResult['behaviour'] = {
  latencyProfile: { name: 'uk-eu', description: 'UK PoPs in front of a database in western Europe.' },
  readReplication: 'auto',
  seed: 7,
  foreignBookmarks: 'wait',
  modelled: ['network to D1', 'D1 service time', 'replica lag'],
  faults: [
    {
      id: 'lost reads',
      kind: 'connection-lost',
      parameters: { fromMs: 0, share: 0.05, access: 'read', when: 'before' },
      count: 1204,
      firings: [
        { atMs: 31.5, database: 'shard-1', pop: 'LHR', access: 'read' },
        { atMs: 977.25, database: 'shard-1', pop: 'EDI', access: 'read' },
      ],
    },
  ],
};

export const instantBehaviour: RunResult['behaviour'] = {
  latencyProfile: { name: 'instant', description: 'No network, no modelled service, no lag, no cache.' },
  readReplication: 'disabled',
  seed: 1,
  foreignBookmarks: 'wait',
  modelled: [],
  faults: [],
};

export const unfiredFault: PlannedFault = {
  id: 'far off',
  kind: 'overloaded',
  parameters: {},
  count: 0,
  firings: [],
};

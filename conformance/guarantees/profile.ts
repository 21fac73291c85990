import { latencyProfiles, type PlaneInput } from '../../reference-worker/local/data-plane/plane.ts';

/** Some numbers for the document and the profile alike, in milliseconds. */
export const LAGS = { nearReplicaMs: 500, farReplicaMs: 3_000, propagationMs: 10_000 } as const;

const { instant } = latencyProfiles;

/**
 * Nothing takes time but replication and KV's propagation, each always equally long, so that a history is a function
 * of the program alone: no draw depends on what ran before. KV is at its kindest: a write is visible at once where it
 * was made, and elsewhere long before KV has promised.
 */
export const GUARANTEE_PLANE: PlaneInput = {
  clock: 'virtual',
  latency: {
    ...instant,
    name: 'guarantees',
    description: 'A near replica, a far one that is further behind, and a KV with caches.',
    d1: {
      ...instant.d1,
      replicas: [
        { region: 'WEUR', colo: 'FRA' },
        { region: 'EEUR', colo: 'WAW' },
      ],
      primary: { region: 'WEUR', colo: 'AMS' },
      nearest: { LHR: { WEUR: 1 }, MAN: { WEUR: 1 }, EDI: { EEUR: 1 } },
      replicaLagMs: LAGS.nearReplicaMs,
      queueWaitMs: 1_000_000,
      bookmarkWaitMs: 1_000_000,
    },
    kv: {
      ...instant.kv,
      cache: { defaultTtlMs: 60_000 },
      propagationMs: LAGS.propagationMs,
      visibleAtWriterShare: 1,
    },
  },
  faults: [
    {
      id: 'far-replica',
      kind: 'replica-lag',
      region: 'EEUR',
      addMs: LAGS.farReplicaMs - LAGS.nearReplicaMs,
    },
  ],
};

import { type BehaviourInput, latencyProfiles } from '../local/index.ts';

/** Milliseconds on a clock that stands still until it is stepped. */
export const LAGS = { nearReplicaMs: 500, farReplicaMs: 3_000, propagationMs: 10_000 } as const;

const { instant } = latencyProfiles;

/**
 * LHR and MAN read from a near replica, EDI from one that is further behind; a write to KV is seen at once where it was
 * made and 10 s later elsewhere, and PoPs cache what they read. Nothing else takes time, so that a history is a function
 * of what was asked, not of this machine.
 */
export const laggingBehaviour = (seed: number): BehaviourInput => ({
  clock: 'virtual',
  seed,
  readReplication: 'auto',
  latency: {
    ...instant,
    name: 'conformance',
    description: 'A near replica, a far one that is further behind, and a KV with caches.',
    d1: {
      ...instant.d1,
      replicas: [
        { region: 'WEUR', colo: 'FRA' },
        { region: 'EEUR', colo: 'WAW' },
      ],
      primary: { region: 'WEUR', colo: 'AMS' },
      // Never the primary, which any session may reach in production: it is never behind, and would hide a stale read.
      nearest: {
        LHR: { primary: 0, WEUR: 1 },
        MAN: { primary: 0, WEUR: 1 },
        EDI: { primary: 0, EEUR: 1 },
      },
      replicaLagMs: LAGS.nearReplicaMs,
      queueWaitMs: 1_000_000,
      bookmarkWaitMs: 1_000_000,
    },
    kv: {
      ...instant.kv,
      cache: { defaultTtlMs: 60_000, machinesPerPop: 2 },
      propagationMs: LAGS.propagationMs,
      visibleAtWriterShare: 1,
    },
  },
  faults: [FAR_REPLICA],
});

/** A check that plans faults of its own keeps this one among them. */
export const FAR_REPLICA = {
  id: 'far-replica',
  kind: 'replica-lag',
  region: 'EEUR',
  addMs: LAGS.farReplicaMs - LAGS.nearReplicaMs,
} as const;

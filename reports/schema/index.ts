/** The versioned results of runs: what a run writes as result.json, and the only input of every renderer. */
export * from './baseline.ts';
export * from './capacity.ts';
export * from './comparison.ts';
export * from './conformance.ts';
export * from './headroom.ts';
export * from './judgement.ts';
export * from './kinds.ts';
export * from './knee.ts';
export * from './latency.ts';
export * from './load.ts';
export * from './prediction.ts';
export * from './rehearsal.ts';
export * from './remote-load.ts';
export * from './sensitivity.ts';
export * from './setup.ts';
export * from './statements.ts';
export * from './tenants.ts';

import { system as sharedShards } from '../../reference-worker/shared-shards/system.ts';
import { loaded } from '../system.ts';

/** The reference system: what tests and benchmarks load. */
export const system = loaded(sharedShards);

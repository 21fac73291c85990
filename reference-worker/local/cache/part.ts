import type { Server } from 'node:http';
import type { Backend } from '../backend/index.ts';
import { NO_USAGE } from '../backend/index.ts';
import type { Behaviour } from '../behaviour/index.ts';
import { timeOf } from '../clock/index.ts';
import { FaultInjector } from '../faults/index.ts';
import { EdgeCache } from './edge-cache.ts';
import { createCacheServer } from './http.ts';
import { WorkersCache } from './workers-cache.ts';

/** The caches of all PoPs with their server, their clock and their faults. */
export function cachePart(behaviour: Behaviour): { readonly server: Server; readonly part: Backend } {
  const { clock, advance, untilNextMs } = timeOf(behaviour.clock);
  const faults = new FaultInjector(clock, behaviour.seed, 'cache-api');
  return {
    // A Worker's `Date` is this machine's, whichever clock the data plane has.
    server: createCacheServer(new EdgeCache(clock, faults, Date.now), new WorkersCache(clock, Date.now)),
    part: {
      advance,
      untilNextMs: async () => untilNextMs(),
      setFaults: async (plan) => faults.set(plan),
      faultReports: async () => faults.report(),
      waiting: async () => [],
      usage: async () => NO_USAGE,
    },
  };
}

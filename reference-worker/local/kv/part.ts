import type { Server } from 'node:http';
import type { Backend } from '../backend/index.ts';
import { NO_USAGE, WaitingRequests } from '../backend/index.ts';
import type { Behaviour } from '../behaviour/index.ts';
import { timeOf } from '../clock/index.ts';
import { FaultInjector } from '../faults/index.ts';
import { createKvServer } from './http.ts';
import { KvNamespace } from './namespace.ts';

/** A namespace with its server, its clock and its faults. */
export function namespacePart(
  id: string,
  behaviour: Behaviour,
): { readonly server: Server; readonly part: Backend } {
  const { clock, advance, untilNextMs } = timeOf(behaviour.clock);
  const faults = new FaultInjector(clock, behaviour.seed, id);
  const waiting = new WaitingRequests(clock);
  const profile = behaviour.latency.kv;
  const namespace = new KvNamespace({ id, profile, clock, seed: behaviour.seed, faults, waiting });
  return {
    server: createKvServer(namespace),
    part: {
      advance,
      untilNextMs: async () => untilNextMs(),
      setFaults: async (plan) => faults.set(plan),
      faultReports: async () => faults.report(),
      waiting: async () => waiting.list(),
      usage: async () => ({ ...NO_USAGE, kv: [namespace.usage()] }),
    },
  };
}

import type { FaultKind } from '../../reference-worker/target/index.ts';
import { type Behaviour, d1Of } from '../../reference-worker/target/index.ts';

type Duration = Behaviour['latency']['d1']['readServiceMs'];

/** The faults that make a request take longer instead of failing it. */
const DELAYING: readonly FaultKind[] = [
  'replica-lag',
  'replica-pause',
  'schema-behind',
  'slow-shard',
  'kv-slow',
];

/** The parts of a latency that the data plane added, in plain words; of KV only where the Worker uses it. */
export function modelledParts(behaviour: Behaviour, kvCache: boolean): string[] {
  const { latency, faults } = behaviour;
  const { kv } = latency;
  const d1 = d1Of(behaviour);
  const hasReplicas = d1.replicas.length > 0;
  const roundTrips = [...Object.values(d1.roundTripMs), d1.forwardingMs].flatMap((each) =>
    Object.values(each),
  );
  const service = [d1.readServiceMs, d1.writeServiceMs, d1.furtherStatementMs];
  const parts: [string, boolean][] = [
    ['network to D1', roundTrips.some(takesTime)],
    ['D1 service time', service.some(takesTime)],
    ['replica lag', hasReplicas && takesTime(d1.replicaLagMs)],
    ['KV service time', kvCache && [kv.cachedReadMs, kv.centralReadMs, kv.writeMs].some(takesTime)],
    ['KV cache', kvCache && kv.cache !== null],
    ['KV propagation', kvCache && takesTime(kv.propagationMs)],
    ['delays by faults', faults.some(({ kind }) => DELAYING.includes(kind))],
  ];
  return parts.filter(([, isModelled]) => isModelled).map(([part]) => part);
}

const takesTime = (duration: Duration): boolean =>
  (typeof duration === 'number' ? duration : duration.p99) > 0;

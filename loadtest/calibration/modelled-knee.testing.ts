import { type Behaviour, d1Of } from '../../reference-worker/target/index.ts';
import { type ModelledAnswers, simulate } from '../queue-model/index.ts';

/** Half of the users in one PoP, and a quarter in each other: none may be without weight. */
const POP_SHARES = { LHR: 0.5, MAN: 0.25, EDI: 0.25 };
const SLOWEST_P95_MS = 250;
const [FEWEST, MOST] = [50, 40_000];
/** Two profiles are told apart by a few percent. */
const APART = 1.01;

/** How many requests a second the queue model alone sustains under a profile, nine reads to a write, with a p95 of 250 ms. */
export function modelledKnee(behaviour: Pick<Behaviour, 'latency' | 'readReplication'>): number {
  const { replicas } = d1Of(behaviour);
  const demand = {
    instances: ['primary', ...replicas.map(({ region }) => region)].map((instance) => ({
      ...{ database: 'shard', instance, reads: 0, factor: 1 },
      writes: instance === 'primary' ? 1 : 0,
    })),
    ...{ cachedKeys: 0, centralKeys: 0 },
  };
  const at = (virtualUsers: number): ModelledAnswers =>
    simulate({
      profile: behaviour.latency,
      hasReplicas: replicas.length > 0,
      demand,
      load: {
        ...{
          model: 'closed',
          virtualUsers,
          thinkTimeMedianMs: 1_000,
          thinkTimeSigma: 0.3,
          popShares: POP_SHARES,
        },
        operations: [
          { name: 'read', writes: false, reads: 1, weight: 9 },
          { name: 'write', writes: true, reads: 1, weight: 1 },
        ],
      },
      ...{ requests: 20_000, seed: 1 },
    });
  let [low, high] = [FEWEST, MOST];
  while (high > APART * low) {
    const middle = Math.sqrt(low * high);
    const { p95Ms, failureShare } = at(Math.round(middle));
    if (p95Ms <= SLOWEST_P95_MS && failureShare < 0.01) low = middle;
    else high = middle;
  }
  return at(Math.round(low)).requestsPerSecond;
}

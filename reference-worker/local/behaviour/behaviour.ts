import { z } from 'zod';
import { ReadReplication } from '../../../reports/schema/index.ts';
import { type Fault, FaultPlan } from '../faults/index.ts';
import { type D1Profile, LatencyProfile, latencyProfiles } from '../latency/index.ts';
import { POPS } from '../pops.ts';

const NAMES = ['instant', 'uk-eu', 'pessimistic'] as const;

/**
 * What D1 does with a bookmark that is not one of this database's own: garbage, of another database, or of the
 * future. Production's answer is not documented, so a Worker should be right under each:
 * - `wait`: it is compared as text, and a replica waits for its turn, in vain until `bookmarkWaitMs` for one that
 *   sorts high; a primary answers at once (the contract of waitForBookmark, workerd:src/workerd/api/actor-state.h)
 * - `ignore`: as if the session had started with `first-unconstrained`
 * - `primary`: as if it had started with `first-primary`
 * - `refuse`: an error
 */
export const BookmarkPolicy = z.enum(['wait', 'ignore', 'primary', 'refuse']);
export type BookmarkPolicy = z.infer<typeof BookmarkPolicy>;

const latency = z
  .union([z.enum(NAMES), LatencyProfile], { error: `must be ${NAMES.join(', ')} or a whole latency profile` })
  .transform((given) => (typeof given === 'string' ? latencyProfiles[given] : given));

/** What faults can be aimed at. */
export interface Aims {
  readonly databases: readonly string[];
  readonly namespaces: readonly string[];
  readonly upstreams?: readonly string[];
  readonly buckets?: readonly string[];
}

const OF_REPLICAS = ['replica-lag', 'replica-pause', 'replica-switch', 'schema-behind'] as const;
const isAimedAtReplica = (fault: Fault): boolean => fault.kind === 'd1-error' && fault.instance === 'replica';
const SWITCH_ON = 'switch read replication on with --read-replication auto, or "readReplication": "auto"';

/** Why a fault could never fire: it is aimed at something that is not there. */
export function misplacedFault(
  plan: FaultPlan,
  behaviour: Pick<Behaviour, 'latency' | 'readReplication'>,
  aims?: Aims,
): string | undefined {
  const d1 = d1Of(behaviour);
  const replicas = d1.replicas.map(({ region }) => region);
  const regions = [...new Set([d1.primary.region, ...replicas])];
  for (const fault of plan) {
    const isOfReplica = OF_REPLICAS.some((kind) => kind === fault.kind) || isAimedAtReplica(fault);
    if (replicas.length === 0 && isOfReplica) return `${fault.id}: there is no replica; ${SWITCH_ON}.`;
    if (fault.kind.startsWith('upstream-') && aims && !aims.upstreams?.length)
      return `${fault.id}: the Worker has no upstream; name it in the description, as worker.upstreams.`;
    if (fault.kind.startsWith('r2-') && aims && !aims.buckets?.length)
      return `${fault.id}: the Worker has no R2 bucket.`;
    const wants: [string, string | undefined, readonly string[] | undefined][] = [
      ['database', 'database' in fault ? fault.database : undefined, aims?.databases],
      ['namespace', 'namespace' in fault ? fault.namespace : undefined, aims?.namespaces],
      ['upstream', 'upstream' in fault ? fault.upstream : undefined, aims?.upstreams],
      ['bucket', 'bucket' in fault ? fault.bucket : undefined, aims?.buckets],
      ['region', 'region' in fault ? fault.region : undefined, isOfReplica ? replicas : regions],
      ['replica', fault.kind === 'replica-switch' ? fault.to : undefined, replicas],
    ];
    for (const [what, wanted, known] of wants)
      if (wanted !== undefined && known?.includes(wanted) === false)
        return `${fault.id}: there is no ${what} ${wanted}; known are ${known.join(', ')}.`;
  }
  return undefined;
}

/** How D1 and KV behave: what a file for `--latency` holds, and what `startWorkers` takes. */
export const Behaviour = z
  .strictObject({
    latency: latency.prefault('instant'),
    readReplication: ReadReplication.default('disabled'),
    /** A virtual clock stands still until it is stepped. */
    clock: z.enum(['real', 'virtual']).default('real'),
    /** Of everything that is drawn: lags, delays, routes, the requests that faults hit. */
    seed: z.int().nonnegative().default(1),
    foreignBookmarks: BookmarkPolicy.default('wait'),
    faults: FaultPlan.default([]),
    /** Whose limits hold for one invocation of a Worker: those of Workers Paid or of Workers Free. */
    plan: z.enum(['paid', 'free']).default('paid'),
    /**
     * Whether D1 says how many rows its statements have read and written. `exact`: every reply does, some milliseconds later.
     * `sampled`: none does, but some executions of each statement are counted.
     */
    rows: z.enum(['untold', 'sampled', 'exact']).default('untold'),
    /** Whether Workers Cache stands in front of the Workers: `cache.enabled` in wrangler's configuration, off unless chosen. */
    workersCache: z.boolean().default(false),
    /** Each request reaches one of them, chosen anew: what one holds in memory another has never seen. */
    isolatesPerPop: z.int().min(1).max(8).default(2),
    /** Cold starts, by PoP, for faults that are only planned while the platform runs; those in `faults` are provided for. */
    coldStarts: z.partialRecord(z.enum(POPS), z.int().min(0).max(8)).default({}),
  })
  .superRefine((behaviour, context) => {
    if (behaviour.readReplication === 'auto' && behaviour.latency.d1.replicas.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['readReplication'],
        message: 'auto needs a latency profile with replicas',
      });
    const message = misplacedFault(behaviour.faults, behaviour);
    if (message) context.addIssue({ code: 'custom', path: ['faults'], message });
  });
export type Behaviour = z.infer<typeof Behaviour>;
/** As it is written down: what has a default may be left out. */
export type BehaviourInput = z.input<typeof Behaviour>;

/** D1 as a behaviour has it: without read replication there is the primary alone. */
export const d1Of = ({
  latency: { d1 },
  readReplication,
}: Pick<Behaviour, 'latency' | 'readReplication'>): D1Profile =>
  readReplication === 'auto' ? d1 : { ...d1, replicas: [] };

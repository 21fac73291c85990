import type { Behaviour, FaultReport } from '../../reference-worker/target/index.ts';
import type { Signal, StatementsOfRun } from '../../reports/schema/index.ts';
import type { Observations } from '../generator/index.ts';
import type { PlatformUse } from '../platform-use/index.ts';
import type { ModelledRun } from '../queue-model/index.ts';
import type { ScheduledRuns } from '../schedule.ts';

/** All that a run is judged by. */
export interface Evidence extends Observations {
  readonly behaviour: Behaviour;
  /** undefined: the data plane could not say any more. */
  readonly faultReports: readonly FaultReport[] | undefined;
  /** What D1 and KV did in the phases that count, and in each of them. */
  readonly use: PlatformUse;
  readonly useByPhase: ReadonlyMap<string, PlatformUse>;
  /** What the statements of the load cost; absent where nobody counted. */
  readonly statements?: StatementsOfRun | undefined;
  /** What the queue model alone makes of the load; undefined where nothing is modelled, or nothing can be said. */
  readonly modelled: ModelledRun | undefined;
  /** What became of the Worker's scheduled runs; undefined where it describes none. */
  readonly scheduled?: ScheduledRuns | undefined;
}

/** A signal before it is held against its bound; NaN means not measured. */
export type Facts = Omit<Signal, 'holds' | 'observed'> & { observed: number };

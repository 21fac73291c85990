import type { FaultPlan, FaultReport } from '../faults/index.ts';
import type { Usage } from './usage.ts';
import type { WaitingRequest } from './waiting.ts';

/** Something of the data plane with a clock of its own: a database, a namespace, the Workers' isolates. */
export interface Backend {
  /** Steps its virtual clock, and resolves when everything that was due has happened. */
  advance(ms: number): Promise<void>;
  /** How long on its virtual clock until something happens, or undefined where nothing is planned. */
  untilNextMs(): Promise<number | undefined>;
  /** Replaces the planned faults; their times count from now. */
  setFaults(plan: FaultPlan): Promise<void>;
  faultReports(): Promise<readonly FaultReport[]>;
  waiting(): Promise<readonly WaitingRequest[]>;
  /** What it has done since its start. */
  usage(): Promise<Usage>;
}

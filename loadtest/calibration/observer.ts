import type { Probe, Timing } from './probe.ts';
import type { CalibrationPlan } from './spending.ts';

/** Where somebody asks from: the probe there, and the PoP in which it answers. */
export interface ProbedPlace {
  readonly probe: Probe;
  /** Three letters; what the profile calls it. */
  readonly pop: string;
}

/** A read that some instance answered. */
export interface ServedRead {
  readonly pop: string;
  readonly region: string;
  readonly colo: string;
  readonly isPrimary: boolean;
  /** From this process to D1 and back. */
  readonly tookMs: number;
  /** What D1 says of its part; undefined: it does not say. */
  readonly sqlMs: number | undefined;
}

/** Who looks, from where, and how often. */
export interface Observer {
  readonly places: readonly ProbedPlace[];
  readonly plan: CalibrationPlan;
  readonly timing: Timing;
  /** Of this calibration; an earlier one of the same probe had lower ones. */
  readonly firstMark: number;
  /** @param what goes on, as in `reads` */
  readonly onProgress: (what: string, done: number, of: number) => void;
}

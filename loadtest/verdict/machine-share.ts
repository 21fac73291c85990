import { formatMs, formatPercent } from '../../reports/document/index.ts';
import type { MachineCpu, Totals } from '../generator/index.ts';
import type { ModelledAnswers } from '../queue-model/index.ts';
import { operationsIn, type Scenario } from '../scenarios/index.ts';
import { sum } from '../sum.ts';
import type { Evidence, Facts } from './evidence.ts';
import { BUSY_MIN_PERCENT, FOREIGN_MIN_PERCENT, MACHINE_SHARE_MAX } from './void-bounds.ts';

/** A p95 and what of it is the target's. */
export interface TargetTime {
  /** In words, as in `p95 of open-client`. */
  readonly name: string;
  readonly boundMs: number;
  readonly measuredMs: number;
  /** At most what was measured: the rest is this machine's. */
  readonly targetMs: number;
}

/** What surrounded the answers. */
export interface Surrounded {
  /** What the queue model alone makes of the same load; undefined: it has no say. */
  readonly modelled: ModelledAnswers | undefined;
  /** Processor time of the Worker for a request: it is the target's, wherever it runs. */
  readonly workerCpuMs: number;
  readonly cpu: MachineCpu | undefined;
}

/**
 * Splits each p95 that has an objective into the target's part and this machine's.
 *
 * Where the model has a say and the machine was short of processor time, the target's is what the model alone makes of the
 * load, and the Worker's processor time. Where the machine had time to spare, a Worker that answers later than that waits for
 * something of its own, and all of it is the target's.
 */
export function targetTimes(
  { operations, histogram }: { readonly operations: ReadonlyMap<string, Totals> } & Pick<Totals, 'histogram'>,
  scenario: Pick<Scenario, 'journey' | 'objectives' | 'totalObjective'>,
  { modelled, workerCpuMs, cpu }: Surrounded,
): TargetTime[] {
  const canBlameMachine = modelled !== undefined && isShort(cpu);
  const split = (
    of: string,
    measured: Totals['histogram'],
    boundMs: number,
    modelledMs?: number,
  ): TargetTime => {
    const measuredMs = measured.getValueAtPercentile(95) / 1000;
    const aloneMs = canBlameMachine && modelledMs !== undefined ? modelledMs + workerCpuMs : measuredMs;
    return { name: `p95 of ${of}`, boundMs, measuredMs, targetMs: Math.min(measuredMs, aloneMs) };
  };
  return [
    ...operationsIn(scenario).flatMap(({ name, objective }) => {
      const totals = operations.get(name);
      if (!totals || totals.requests === 0) return [];
      return [split(name, totals.histogram, objective.p95Ms, modelled?.p95MsByOperation.get(name))];
    }),
    split('all', histogram, scenario.totalObjective.p95Ms, modelled?.p95Ms),
  ];
}

/** Whether answers may have waited for a core. Nothing known of the machine blames the target. */
export const isShort = (cpu: MachineCpu | undefined): boolean =>
  cpu !== undefined && (cpu.busyPercent >= BUSY_MIN_PERCENT || isForeign(cpu));

/** Whether work that is not part of the run took a notable part of the machine. */
export const isForeign = ({ foreignPercent, cores }: MachineCpu): boolean =>
  foreignPercent >= FOREIGN_MIN_PERCENT * cores;

/** How much of an objective is this machine's, beyond what decides nothing; above 1 the machine decided. */
export const machineShareOf = ({ boundMs, measuredMs, targetMs }: TargetTime): number =>
  measuredMs > boundMs && targetMs <= boundMs ? (measuredMs - targetMs) / (MACHINE_SHARE_MAX * boundMs) : 0;

export const machineStatement = ({ name, measuredMs, targetMs }: TargetTime, cpu: MachineCpu | undefined) =>
  `${name} was ${formatMs(measuredMs)}, of which the target has ${formatMs(targetMs)}; ` +
  (cpu === undefined ? 'the rest is this machine' : foreignStatement(cpu));

/** As in `other processes used 120 % of 200 %`. */
export const foreignStatement = ({ foreignPercent, cores }: MachineCpu): string =>
  `other processes used ${formatPercent(foreignPercent)} of ${formatPercent(100 * cores)}`;

/** Mean processor time of the Worker for a request of the phases that count, whoever made it, in milliseconds. */
export function workerCpuMsOf({ scenario, aggregate, others = [], surroundings }: Evidence): number {
  const workers = surroundings.processes.filter(({ role }) => role === 'worker');
  const cores = sum(workers.map(({ meanCpuPercent }) => meanCpuPercent / 100));
  const seconds = sum(scenario.phases.map((phase) => (phase.counts ? phase.seconds : 0)));
  const requests = sum(
    [aggregate, ...others.map((other) => other.aggregate)].map(({ total }) => total.requests),
  );
  return requests === 0 ? 0 : (1000 * cores * seconds) / requests;
}

/** Of a run that is no ladder: whether an objective was missed by this machine alone. Nothing where nothing is modelled. */
export function machineShare(evidence: Evidence): Facts[] {
  const { modelled, aggregate, scenario, surroundings } = evidence;
  if (!modelled || aggregate.total.requests === 0) return [];
  // Held against the busiest phase the machine is blamed for less.
  const busiest = [...modelled.answers.values()].reduce((a, b) => (b.meanMs > a.meanMs ? b : a));
  const surrounded = { modelled: busiest, workerCpuMs: workerCpuMsOf(evidence), cpu: surroundings.cpu };
  const times = targetTimes({ ...aggregate.total, operations: aggregate.operations }, scenario, surrounded);
  const worst = times.reduce((a, b) => (machineShareOf(b) > machineShareOf(a) ? b : a));
  const decided = machineShareOf(worst) > 0;
  return [
    {
      id: 'machine-share',
      title: decided
        ? `This machine's part of an objective that the target alone keeps (${machineStatement(worst, surroundings.cpu)})`
        : "This machine's part of an objective that the target alone keeps",
      kind: 'validity',
      observed: 100 * MACHINE_SHARE_MAX * machineShareOf(worst),
      bound: 100 * MACHINE_SHARE_MAX,
      comparison: 'at most',
      unit: '%',
      onBreach: 'VOID',
      why:
        'Service times are modelled so that the answer does not depend on the machine. Where it was short of processor time, ' +
        'what an answer takes beyond the queue model and the Worker is the machine, and no finding about the target.',
    },
  ];
}

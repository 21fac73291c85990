import type { Latency, OperationResult, Outcome, RunResult, Signal } from '../schema/index.ts';
import { certainP99Ms, decodeLatency } from '../statistics/index.ts';
import { formatCount, formatMs, formatQuantity } from './format.ts';
import { breachOutcome } from './verdict.ts';

/** All that was derived from the measurement, apart from the rest: a renderer reaches it only through `figuresOf`. */
export type Figures = Pick<
  RunResult,
  | 'load'
  | 'phases'
  | 'operations'
  | 'series'
  | 'total'
  | 'totalFromSending'
  | 'connecting'
  | 'serviceParts'
  | 'databases'
  | 'stores'
  | 'knee'
  | 'headroom'
  | 'statements'
  | 'sensitivity'
  | 'prediction'
  | 'timeline'
>;
/** What may always be shown, whatever became of the measurement. */
export type RunEvidence = Omit<RunResult, keyof Figures>;

/** A verdict reads as a word; the mark repeats it, so that colour never carries it alone. */
export const VERDICT_MARK: Readonly<Record<Outcome, string>> = {
  PASS: '✓',
  FAIL: '✗',
  INCONCLUSIVE: '?',
  VOID: '∅',
};

export const FIGURES_WITHHELD =
  'No capacity or latency figure is shown: the measurement itself was spoiled, so a number from it is not a number.';

/** What every judged run has, of whatever kind. */
export type Judged = Pick<RunEvidence, 'verdict' | 'signals'>;

/** Whether the measurement was spoiled; also when a leak, which outranks that, decided the verdict. */
export function isSpoiled({ verdict, signals }: Judged): boolean {
  return (
    verdict.outcome === 'VOID' || signals.some((signal) => !signal.holds && breachOutcome(signal) === 'VOID')
  );
}

/** The figures of a run, or undefined when the run may print none (rule of evidence 5). */
export function figuresOf(result: RunResult): Figures | undefined {
  if (isSpoiled(result)) return undefined;
  const { load, phases, operations, series, total, totalFromSending, timeline } = result;
  const { connecting, serviceParts, databases, stores, knee, headroom, statements, sensitivity, prediction } =
    result;
  return {
    load,
    phases,
    operations,
    series,
    total,
    totalFromSending,
    ...(connecting && { connecting }),
    serviceParts,
    databases,
    ...(stores && { stores }),
    knee,
    headroom,
    ...(statements && { statements }),
    ...(sensitivity && { sensitivity }),
    ...(prediction && { prediction }),
    timeline,
  };
}

export type SignalRow = Pick<Signal, 'id' | 'title' | 'kind' | 'why'> & {
  requirement: string;
  observed: string;
  bound: string;
  state: 'holds' | 'breached' | 'not measured' | 'not judged';
};

/** The signals as text. In a spoiled run an objective's observation is a latency figure, so it is withheld. */
export function signalRows(judged: Judged): SignalRow[] {
  const spoiled = isSpoiled(judged);
  return judged.signals.map(({ id, title, kind, why, requirement = '', ...signal }) => {
    const withheld = spoiled && kind === 'objective';
    const state = signal.observed === null ? 'not measured' : signal.holds ? 'holds' : 'breached';
    return {
      id,
      title,
      kind,
      why,
      requirement,
      observed: withheld ? 'withheld' : formatQuantity(signal.observed, signal.unit),
      bound: `${signal.comparison} ${formatQuantity(signal.bound, signal.unit)}`,
      state: withheld ? 'not judged' : state,
    };
  });
}

/** p50, p95 and p99 as text; an operation nobody called has none. */
export function percentileTexts({ count, p50Ms, p95Ms, p99Ms }: Latency): [string, string, string] {
  return count === 0 ? ['–', '–', '–'] : [formatMs(p50Ms), formatMs(p95Ms), formatMs(p99Ms)];
}

/** Each objective beside its percentile. */
export const withObjectives = (
  [p50, p95, p99]: readonly [string, string, string],
  [ofP95, ofP99]: readonly [string, string],
): string[] => [p50, p95, ofP95, p99, ofP99];

/** The rows under the operations: all requests, and in the open model the naive figure beside it. */
export function totalRows({
  total,
  totalFromSending,
}: Pick<Figures, 'total' | 'totalFromSending'>): [string, Latency][] {
  return totalFromSending === null
    ? [['all', total]]
    : [
        ['all', total],
        ['all, from sending', totalFromSending],
      ];
}

export type ObjectiveState = 'met' | 'missed' | 'not certain' | 'no requests';

/**
 * Whether an operation kept to its objectives; with no request there is nothing to judge, and a p99 that is over its objective
 * may be so by chance.
 */
export function objectiveState({ latency, objectiveP95Ms, objectiveP99Ms }: OperationResult): ObjectiveState {
  if (latency.count === 0) return 'no requests';
  if (latency.p95Ms > objectiveP95Ms) return 'missed';
  if (objectiveP99Ms === undefined || latency.p99Ms <= objectiveP99Ms) return 'met';
  return certainP99Ms(decodeLatency(latency)) > objectiveP99Ms ? 'missed' : 'not certain';
}

/** The objectives of p95 and p99 as text. */
export const objectiveTexts = ({
  objectiveP95Ms,
  objectiveP99Ms,
}: OperationResult): [p95: string, p99: string] => [
  `≤ ${formatQuantity(objectiveP95Ms, 'ms')}`,
  objectiveP99Ms === undefined ? '' : `≤ ${formatQuantity(objectiveP99Ms, 'ms')}`,
];

/** What the isolation checks prove: the rule of three bounds a rate only when nothing was seen (rule of evidence 4). */
export function leakStatement({ verification }: Pick<RunEvidence, 'verification'>): string {
  const { documentsChecked, isolationViolations, leakRateUpperBound95 } = verification;
  if (isolationViolations > 0) return 'a leak was seen, so no upper bound is given';
  if (documentsChecked === 0) return 'nothing was checked, so nothing is proved';
  const oneIn = formatCount(Math.round(1 / leakRateUpperBound95));
  return `leak rate at most 1 in ${oneIn} documents (rule of three, 95 % confidence)`;
}

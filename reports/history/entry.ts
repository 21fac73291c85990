import { mayShowFigures } from '../comparison/index.ts';
import { figuresOf, formatBytes, formatCount, formatMs, isSpoiled } from '../document/index.ts';
import type {
  ComparisonResult,
  ConformanceResult,
  Environment,
  Outcome,
  RehearsalResult,
  RemoteLoadResult,
  RunResult,
} from '../schema/index.ts';
import type { StoredResult } from './stored-result.ts';

/** What history keeps of a stored run. */
export interface Entry {
  readonly runId: string;
  readonly kind: StoredResult['kind'];
  readonly startedAt: string;
  readonly outcome: Outcome;
  /** What was asked of what. Only runs of which this and the machine are equal are drawn in one line. */
  readonly subject: string;
  readonly machine: string;
  readonly commit: string;
  /** In words; a run that may print no figure says so. */
  readonly headline: string;
  /** Capacity only; undefined when the run may print none. */
  readonly figures: { readonly p95Ms: number; readonly requestsPerSecond: number } | undefined;
}

const NO_FIGURE = 'no figure';

export function entryOf(result: StoredResult): Entry {
  const { runId, kind, startedAt, verdict, environment } = result;
  return {
    runId,
    kind,
    startedAt,
    outcome: verdict.outcome,
    machine: machineOf(environment),
    commit: `${environment.commit.slice(0, 12)}${environment.uncommittedChanges ? ' +' : ''}`,
    ...ofKind(result),
  };
}

const machineOf = ({ cpuModel, cpuCount, platform }: Environment): string =>
  `${cpuModel}, ${formatCount(cpuCount)} cores, ${platform}`;

function ofKind(result: StoredResult): Pick<Entry, 'subject' | 'headline' | 'figures'> {
  switch (result.kind) {
    case 'capacity':
      return ofCapacity(result);
    case 'conformance':
      return ofConformance(result);
    case 'comparison':
      return ofComparison(result);
    case 'rehearsal':
      return ofRehearsal(result);
    case 'remote-load':
      return ofRemoteLoad(result);
  }
}

function ofCapacity(result: RunResult): Pick<Entry, 'subject' | 'headline' | 'figures'> {
  const { scenario, topology, behaviour } = result;
  const faults = behaviour.faults.length > 0 ? `, planned faults: ${behaviour.faults.length}` : '';
  const slow = scenario.slowMotion ? `, ${scenario.slowMotion} times as slow` : '';
  const subject = [
    `${scenario.name}, ${formatCount(scenario.virtualUsers)} users`,
    `${topology.name}${topology.kvCache ? ' with KV' : ''}`,
    `${behaviour.latencyProfile.name}${behaviour.readReplication === 'auto' ? ' with replicas' : ''}${faults}${slow}`,
    sizeOf(topology.accounts),
  ].join('; ');
  const figures = pointOf(result);
  return { subject, headline: figures ? headlineOf(figures) : NO_FIGURE, figures };
}

/** Two digits: what another seed adds or leaves out makes no other size. */
const sizeOf = (accounts: RunResult['topology']['accounts']): string =>
  formatBytes(Number(accounts.reduce((sum, { documentBytes }) => sum + documentBytes, 0).toPrecision(2)));

/** Of a ladder at the largest load that kept its objectives: over all rungs a percentile says nothing. */
function pointOf(result: RunResult): Entry['figures'] {
  const figures = figuresOf(result);
  if (figures === undefined) return undefined;
  const { knee, total, load } = figures;
  if (knee === null) return { p95Ms: total.p95Ms, requestsPerSecond: load.requestsPerSecond };
  return knee.rungs.findLast(({ withinObjectives }) => withinObjectives);
}

function ofConformance({
  target,
  effort,
  only,
  checks,
}: ConformanceResult): Pick<Entry, 'subject' | 'headline' | 'figures'> {
  const passed = checks.filter(({ verdict }) => verdict === 'PASS').length;
  const chosen = only.length > 0 ? `only ${only.join(' ')}` : 'all checks';
  return {
    subject: `${target.name}; ${target.adapter}; ${chosen}, ${effort}`,
    headline: `${passed} of ${checks.length} checks hold`,
    figures: undefined,
  };
}

function ofComparison(result: ComparisonResult): Pick<Entry, 'subject' | 'headline' | 'figures'> {
  const { scenario, behaviour, treatments, decision, remote } = result;
  const names = treatments.map(({ name }) => name).join(', ');
  return {
    subject: `${scenario.name}, ${formatCount(scenario.virtualUsers)} users; ${behaviour?.name ?? `${remote?.account} at URLs`}; ${names}`,
    headline: (mayShowFigures(result) && decision?.choice) || 'no decision',
    figures: undefined,
  };
}

const ofRehearsal = ({
  system,
  what,
  attempts,
}: RehearsalResult): Pick<Entry, 'subject' | 'headline' | 'figures'> => ({
  subject: `${system}; ${what.name}; ${formatBytes(what.sizeBytes)}`,
  headline: attempts.map(({ name, outcome }) => `${name}: ${outcome}`).join(', '),
  figures: undefined,
});

function ofRemoteLoad(result: RemoteLoadResult): Pick<Entry, 'subject' | 'headline' | 'figures'> {
  const { system, target, account, scenario, load, total } = result;
  const figures = isSpoiled(result)
    ? undefined
    : { p95Ms: total.p95Ms, requestsPerSecond: load.requestsPerSecond };
  return {
    subject: `${scenario.name}, ${formatCount(scenario.virtualUsers)} users; ${account} of ${system} at ${target}`,
    headline: figures ? headlineOf(figures) : NO_FIGURE,
    figures,
  };
}

const headlineOf = ({ p95Ms, requestsPerSecond }: NonNullable<Entry['figures']>): string =>
  `p95 ${formatMs(p95Ms)}, ${formatCount(requestsPerSecond)} requests/s`;

import { latencyHistogram, recordLatency } from '../../reports/statistics/index.ts';
import { EVIDENCE_COUNTERS, SAFETY_COUNTERS } from '../k6/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { inModelTime } from './model-time.ts';
import type { AnswerSample, Sample } from './samples.ts';
import { parseServerTiming } from './server-timing.ts';
import { Timeline } from './timeline.ts';
import {
  CHECKED,
  type Counters,
  countRequest,
  newTotals,
  type PartTotals,
  type PhaseTotals,
  type Samples,
  type SeriesTotals,
  type Totals,
} from './totals.ts';

/** k6 reports its users once a second. */
const SILENCE_MS = 1500;

/**
 * Folds k6's samples into histograms and counters, in memory that does not grow with the number of requests: the
 * timeline alone takes some hundred bytes a second. What counts follows from the phase that a request started in.
 */
export class SampleAggregator {
  readonly #model: Scenario['model'];
  readonly #slowMotion: number;
  /** The start of each phase in milliseconds since the start of the load, and whether it counts. */
  readonly #schedule = new Map<string, { readonly offsetMs: number; readonly counts: boolean }>();
  readonly #phases: ReadonlyMap<string, FilledTotals>;
  readonly #fromSending = latencyHistogram();
  readonly #counters: { -readonly [Name in keyof Counters]: number };
  readonly #timeline = new Timeline();
  readonly #connecting = latencyHistogram();
  /** Of the request that k6 writes about just now: one line after the other, and tls the last of them. */
  #connectedMs = 0;
  #droppedIterations = 0;
  #startedAtMs: number | undefined;
  #begunAtMs: number | undefined;
  #gaugeAtMs: number | undefined;
  #longestSilenceMs = 0;
  readonly #silences: { fromMs: number; toMs: number }[] = [];
  #usersMade = 0;
  #unreadableSamples = 0;
  readonly #written = new Set<string>();

  constructor({ model, phases, slowMotion }: Pick<Scenario, 'model' | 'phases' | 'slowMotion'>) {
    this.#model = model;
    this.#slowMotion = slowMotion;
    let offsetMs = 0;
    for (const { name, seconds, counts } of phases) {
      this.#schedule.set(name, { offsetMs, counts });
      offsetMs += seconds * 1000;
    }
    this.#phases = new Map(
      phases.map(({ name }) => [
        name,
        {
          ...newTotals(),
          ...{
            operations: new Map(),
            lateness: latencyHistogram(),
            series: new Map(),
            serviceParts: new Map(),
          },
        },
      ]),
    );
    const names = [...CHECKED, ...SAFETY_COUNTERS, ...EVIDENCE_COUNTERS];
    this.#counters = Object.fromEntries(names.map((name) => [name, 0])) as unknown as Counters; // all names are set
  }

  add(given: Sample): void {
    const sample = inModelTime(given, this.#slowMotion);
    switch (sample.kind) {
      case 'answer':
        this.#answer(sample);
        break;
      case 'from-sending':
        if (this.#schedule.get(sample.phase)?.counts) recordLatency(this.#fromSending, sample.durationMs);
        break;
      case 'connecting':
        this.#connectedMs = sample.durationMs;
        break;
      case 'tls':
        this.#connect(this.#connectedMs + sample.durationMs, sample.phase);
        break;
      case 'start':
        this.#start(sample);
        break;
      case 'virtual-users':
        this.#virtualUsers(sample.atMs, sample.count);
        break;
      case 'users-made':
        this.#usersMade = Math.max(this.#usersMade, sample.count);
        break;
      case 'dropped':
        this.#droppedIterations += sample.count;
        this.#timeline.dropped(sample.atMs, sample.count);
        break;
      case 'verified':
        this.#counters.bodies_checked += 1;
        this.#counters.documents_checked += sample.documents;
        break;
      case 'begun':
        this.#begunAtMs = sample.atMs;
        break;
      case 'counter':
        this.#counters[sample.name] += sample.value;
        break;
      case 'unreadable':
        this.#unreadableSamples += 1;
    }
  }

  /** What can be shown while the run goes on. */
  progress(): { virtualUsers: number; requestsPerSecond: number; bodiesChecked: number } {
    return { ...this.#timeline.now(), bodiesChecked: this.#counters.bodies_checked };
  }

  samples(): Samples {
    return {
      phases: this.#phases,
      fromSending: this.#fromSending,
      connecting: this.#connecting,
      counters: this.#counters,
      droppedIterations: this.#droppedIterations,
      seconds: this.#timeline.seconds(),
      startedAtMs: this.#startedAtMs,
      begunAtMs: this.#begunAtMs,
      longestSilenceMs: this.#longestSilenceMs,
      silences: [...this.#silences],
      usersMade: this.#usersMade,
      unreadableSamples: this.#unreadableSamples,
      written: [...this.#written],
    };
  }

  #answer(sample: AnswerSample): void {
    const { phase, atMs, durationMs, failed } = sample;
    if (sample.wrote !== undefined) this.#written.add(sample.wrote);
    const ofPhase = this.#phases.get(phase);
    if (!ofPhase) {
      // A phase that the scenario does not have: nobody can say whether the sample counts.
      this.#unreadableSamples += 1;
      return;
    }
    countRequest(ofPhase, durationMs, failed);
    countRequest(ensured(ofPhase.operations, sample.operation, newTotals), durationMs, failed);
    this.#timeline.request(atMs, durationMs, failed);
    if (!this.#schedule.get(phase)?.counts) return;
    countRequest(seriesOf(ofPhase, sample), durationMs, failed);
    if (sample.timing) this.#account(ofPhase, sample.timing, durationMs);
  }

  #connect(durationMs: number, phase: string): void {
    if (durationMs > 0 && this.#schedule.get(phase)?.counts) recordLatency(this.#connecting, durationMs);
  }

  /**
   * No sample says when the load began. A request of a phase starts at or after the phase does, so each of them puts
   * the beginning at the latest where the phase's place in the schedule says; the earliest is the tightest.
   */
  #start({ atMs, lateMs, phase }: Extract<Sample, { kind: 'start' }>): void {
    const scheduled = this.#schedule.get(phase);
    const totals = this.#phases.get(phase);
    if (!scheduled || !totals) {
      this.#unreadableSamples += 1;
      return;
    }
    // In the open model the phase is that of the intended start.
    const beganAtMs = (this.#model === 'open' ? atMs - lateMs : atMs) - scheduled.offsetMs;
    this.#startedAtMs = Math.min(this.#startedAtMs ?? beganAtMs, beganAtMs);
    this.#timeline.started(atMs);
    recordLatency(totals.lateness, lateMs);
  }

  #virtualUsers(atMs: number, count: number): void {
    const fromMs = this.#gaugeAtMs ?? atMs;
    this.#longestSilenceMs = Math.max(this.#longestSilenceMs, atMs - fromMs);
    if (atMs - fromMs > SILENCE_MS) this.#silences.push({ fromMs, toMs: atMs });
    this.#gaugeAtMs = atMs;
    this.#timeline.virtualUsers(atMs, count);
  }

  /** An answer without an account of its time is in no part, not even outside: nobody knows where it was. */
  #account(phase: FilledTotals, timing: string, durationMs: number): void {
    const parts = parseServerTiming(timing);
    if (!parts) {
      this.#unreadableSamples += 1;
      return;
    }
    let withinMs = 0;
    for (const { name, durationMs: measuredMs, description } of parts) {
      const partMs = measuredMs / this.#slowMotion;
      withinMs += partMs;
      spend(phase, name, name === 'd1' ? description : '', partMs);
    }
    spend(phase, 'outside', '', Math.max(0, durationMs - withinMs));
  }
}

/** The totals of a phase while they are being filled. */
interface FilledTotals extends PhaseTotals {
  readonly operations: Map<string, Totals>;
  readonly series: Map<string, SeriesTotals>;
  readonly serviceParts: Map<string, PartTotals>;
}

const seriesOf = ({ series }: FilledTotals, { operation, account, pop, placement }: AnswerSample) =>
  ensured(series, `${operation}|${account}|${pop}|${placement}`, () => ({
    ...{ operation, account, pop, placement },
    ...newTotals(),
  }));

function spend({ serviceParts }: FilledTotals, part: string, servedBy: string, durationMs: number): void {
  const totals = ensured(serviceParts, `${part}|${servedBy}`, () => ({
    ...{ part, servedBy, totalMs: 0 },
    histogram: latencyHistogram(),
  }));
  totals.totalMs += durationMs;
  recordLatency(totals.histogram, durationMs);
}

/** What is under this key, made when it is asked for the first time. */
function ensured<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key);
  if (found) return found;
  const made = make();
  map.set(key, made);
  return made;
}

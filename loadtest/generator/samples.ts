import { BEGUN, type CounterName, EVIDENCE_COUNTERS, SAFETY_COUNTERS, TALLY, VERIFIED } from '../k6/index.ts';

/** An answer, or the end of waiting for one. */
export interface AnswerSample {
  readonly kind: 'answer';
  readonly atMs: number;
  /** From the intended start. */
  readonly durationMs: number;
  readonly operation: string;
  readonly account: string;
  readonly pop: string;
  readonly placement: string;
  /** In which the request started. */
  readonly phase: string;
  readonly failed: boolean;
  /** The Server-Timing header, when there was one. */
  readonly timing: string | undefined;
  /** The document that was written, or may have been, as `resource/id`, where that is told. */
  readonly wrote?: string | undefined;
}

/** One line of k6's JSON output that the run is judged by. Times are milliseconds since the epoch. */
export type Sample =
  | AnswerSample
  /** What the request whose time from sending came last had waited for before: connection, or TLS. */
  | { readonly kind: 'connecting'; readonly durationMs: number; readonly phase: string }
  | { readonly kind: 'tls'; readonly durationMs: number; readonly phase: string }
  /** The load begins. */
  | { readonly kind: 'begun'; readonly atMs: number }
  /** A body was verified. */
  | { readonly kind: 'verified'; readonly documents: number }
  /** The same request measured from when it was sent. */
  | { readonly kind: 'from-sending'; readonly durationMs: number; readonly phase: string }
  /** A request began `lateMs` after it should have. */
  | { readonly kind: 'start'; readonly atMs: number; readonly lateMs: number; readonly phase: string }
  /** Closed model: those at work. Open model: those that wait for an answer just now. */
  | { readonly kind: 'virtual-users'; readonly atMs: number; readonly count: number }
  /** Those that k6 has made, at work or not. */
  | { readonly kind: 'users-made'; readonly count: number }
  /** Requests that were due and for which no user was free. */
  | { readonly kind: 'dropped'; readonly atMs: number; readonly count: number }
  | { readonly kind: 'counter'; readonly name: CounterName; readonly value: number }
  | { readonly kind: 'unreadable' };

interface Point {
  readonly metric: string;
  readonly data: {
    readonly time: string;
    readonly value: number;
    readonly tags: Readonly<Record<string, string>>;
    readonly metadata?: { readonly timing?: string; readonly wrote?: string };
  };
}

/** How a line with a sample begins; a line that declares a metric begins otherwise. */
const SAMPLE_START = '{"metric":"';
const COUNTERS: ReadonlySet<string> = new Set<CounterName>([...SAFETY_COUNTERS, ...EVIDENCE_COUNTERS]);
const isCounter = (name = ''): name is CounterName => COUNTERS.has(name);
const JUDGED: ReadonlySet<string> = new Set([
  ...[TALLY, 'answer_time', 'http_req_duration', 'start_lateness'],
  ...['vus', 'vus_max', 'dropped_iterations', 'http_req_connecting', 'http_req_tls_handshaking'],
]);
const UNREADABLE: Sample = { kind: 'unreadable' };

/**
 * Reads one line of `k6 run --out json`. k6 writes a dozen samples for each request and cannot be told to write
 * fewer, so the name is looked at before anything is parsed.
 *
 * @returns undefined for the lines that nothing is judged by
 */
export function parseSample(line: string): Sample | undefined {
  if (!line.startsWith(SAMPLE_START)) return undefined;
  const name = line.slice(SAMPLE_START.length, line.indexOf('"', SAMPLE_START.length));
  if (!JUDGED.has(name)) return undefined;
  try {
    return sampleOf(name, JSON.parse(line));
  } catch {
    // Cut off in the middle, as when k6 was killed while writing: counted, because samples may be missing.
    return UNREADABLE;
  }
}

function sampleOf(name: string, { data: { time, value, tags, metadata } }: Point): Sample {
  const atMs = Date.parse(time);
  if (name === TALLY) return counted(tags, value, atMs);
  if (name === 'vus') return { kind: 'virtual-users', atMs, count: value };
  if (name === 'vus_max') return { kind: 'users-made', count: value };
  if (name === 'dropped_iterations') return { kind: 'dropped', atMs, count: value };
  const { op, account, pop, placement, phase, failed } = tags;
  // A sample that cannot be placed is one that nobody can count.
  if (!phase) return UNREADABLE;
  if (name === 'start_lateness') return { kind: 'start', atMs, lateMs: value, phase };
  if (name === 'http_req_duration') return { kind: 'from-sending', durationMs: value, phase };
  if (name === 'http_req_connecting') return { kind: 'connecting', durationMs: value, phase };
  if (name === 'http_req_tls_handshaking') return { kind: 'tls', durationMs: value, phase };
  if (!op || !account || !pop || !placement || !failed) return UNREADABLE;
  return {
    kind: 'answer',
    ...{ atMs, durationMs: value, operation: op, account, pop, placement, phase },
    failed: failed === 'true',
    timing: metadata?.timing,
    wrote: metadata?.wrote,
  };
}

function counted({ of }: Point['data']['tags'], value: number, atMs: number): Sample {
  if (of === BEGUN) return { kind: 'begun', atMs };
  if (of === VERIFIED) return { kind: 'verified', documents: value };
  return isCounter(of) ? { kind: 'counter', name: of, value } : UNREADABLE;
}

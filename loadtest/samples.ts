import { type CounterName, EVIDENCE_COUNTERS, SAFETY_COUNTERS } from './k6/plan.ts';

/** One line of k6's JSON output that the run is judged by. Times are milliseconds since the epoch. */
export type Sample =
  | {
      readonly kind: 'request';
      readonly atMs: number;
      readonly durationMs: number;
      readonly operation: string;
      readonly failed: boolean;
    }
  | { readonly kind: 'lateness'; readonly atMs: number; readonly lateMs: number }
  | { readonly kind: 'virtual-users'; readonly atMs: number; readonly count: number }
  | { readonly kind: 'counter'; readonly name: CounterName; readonly value: number }
  | { readonly kind: 'unreadable' };

interface Point {
  readonly metric: string;
  readonly data: {
    readonly time: string;
    readonly value: number;
    readonly tags: Readonly<Record<string, string>>;
  };
}

/** How a line with a sample begins; a line that declares a metric begins otherwise. */
const SAMPLE_START = '{"metric":"';
const COUNTERS: ReadonlySet<string> = new Set<CounterName>([...SAFETY_COUNTERS, ...EVIDENCE_COUNTERS]);
const isCounter = (name: string): name is CounterName => COUNTERS.has(name);
const TIMED: ReadonlySet<string> = new Set(['http_req_duration', 'think_lateness', 'vus']);

/**
 * Reads one line of `k6 run --out json`. k6 writes twelve samples for each request and cannot be told to write
 * fewer, so the name is looked at before anything is parsed.
 *
 * @returns undefined for the lines that nothing is judged by
 */
export function parseSample(line: string): Sample | undefined {
  if (!line.startsWith(SAMPLE_START)) return undefined;
  const name = line.slice(SAMPLE_START.length, line.indexOf('"', SAMPLE_START.length));
  if (!TIMED.has(name) && !isCounter(name)) return undefined;
  let point: Point;
  try {
    point = JSON.parse(line);
  } catch {
    // Cut off in the middle, as when k6 was killed while writing: counted, because samples may be missing.
    return { kind: 'unreadable' };
  }
  const { time, value, tags } = point.data;
  if (isCounter(name)) return { kind: 'counter', name, value };
  const atMs = Date.parse(time);
  if (name === 'vus') return { kind: 'virtual-users', atMs, count: value };
  if (name === 'think_lateness') return { kind: 'lateness', atMs, lateMs: value };
  const failed = tags.expected_response === 'false';
  return { kind: 'request', atMs, durationMs: value, operation: tags.op ?? 'unnamed', failed };
}

import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { z } from 'zod';
import { LoadTestError } from '../errors.ts';
import type { RunnerReport } from '../verdict/index.ts';

/** What one runner leaves of its part: some kilobytes, whatever it has sent. */
export interface RunnerResult extends RunnerReport {
  /** The id of the load that it is a part of. */
  readonly load: string;
  /** Of the files that it worked by (load-folder.ts). */
  readonly sha256: string;
  /** The first lines that its k6 logged. */
  readonly log: readonly string[];
}

/** Goes up when a merge could not read what an older runner wrote. */
const FORMAT = 1;
/** Between these lines a result stands in the log of a container, among the lines of others. */
const [BEGIN, END] = ['shardproof-result', 'shardproof-end'];
/** Loggers cut lines that are much longer (16 KB in containerd). */
const LINE_LENGTH = 4_000;

const Head = z.object({
  format: z.literal(FORMAT),
  load: z.string().min(1),
  host: z.string().min(1),
  segment: z
    .object({ index: z.int().min(0), of: z.int().min(1) })
    .refine(({ index, of }) => index < of, { error: 'there is no such part' }),
});

/** As text, between two lines that mark it; gzip carries a checksum (RFC 1952, section 2.3.1). */
export function packResult(result: RunnerResult): string {
  const packed = gzipSync(JSON.stringify({ format: FORMAT, ...result }, plain)).toString('base64');
  const lines = packed.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  return [BEGIN, ...lines, END, ''].join('\n');
}

/**
 * Reads the result of one runner from a file that holds it alone, or from the log of its container.
 *
 * @throws LoadTestError `runner_result_missing` for a file that cannot be read, or in which no result is; `runner_result_broken` for
 *   one that is cut off, damaged, or of another version
 */
export function readRunnerResult(file: string): RunnerResult {
  const [packed, ...others] = packedIn(file);
  if (packed === undefined || others.length > 0)
    throw new LoadTestError(
      'runner_result_missing',
      `${file} holds ${others.length === 0 ? 'no result of a runner' : `${others.length + 1} results of runners`}, and must hold one. ` +
        'A runner that was killed leaves none, and its part of the load is missing then: leave its file out to see what the others saw.',
    );
  try {
    const text = gunzipSync(Buffer.from(packed.replaceAll(/\s/g, ''), 'base64')).toString('utf8');
    const value: unknown = JSON.parse(text, revived);
    Head.parse(value);
    return value as RunnerResult; // of this format, by its head, and whole, by the checksum
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new LoadTestError(
      'runner_result_broken',
      `${file} holds a result that cannot be read (${why}). Copy it again, and use one version of shardproof on all machines.`,
      { cause },
    );
  }
}

function packedIn(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LoadTestError(
      'runner_result_missing',
      `${file} cannot be read. Copy the result of every runner here first.`,
      { cause },
    );
  }
  const found = text.matchAll(new RegExp(`^${BEGIN}\\n([\\s\\S]*?)(?:^${END}$|(?![\\s\\S]))`, 'gm'));
  return [...found].map(([, packed = '']) => packed);
}

interface IntoJson {
  readonly [key: string]: unknown;
}

/** A histogram brings a toJSON of its own that keeps percentiles alone, so what it was is looked at before that. */
function plain(this: IntoJson, key: string, value: unknown): unknown {
  const raw = this[key];
  if (isHistogram(raw)) return { $histogram: encodeIntoCompressedBase64(raw) };
  if (value instanceof Map) return { $map: [...value] };
  // JSON has none of them.
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  return value;
}

const Packed = z.union([
  z
    .strictObject({ $histogram: z.string() })
    .transform((it) => decodeFromCompressedBase64(it.$histogram, 32, false)),
  z.strictObject({ $map: z.array(z.tuple([z.unknown(), z.unknown()])) }).transform((it) => new Map(it.$map)),
  z.strictObject({ $number: z.string() }).transform((it) => Number(it.$number)),
]);

function revived(_key: string, value: unknown): unknown {
  const isPacked = typeof value === 'object' && value !== null && /^\$/.test(Object.keys(value)[0] ?? '');
  return isPacked ? Packed.parse(value) : value;
}

const isHistogram = (value: unknown): value is Histogram =>
  typeof value === 'object' && value !== null && 'getValueAtPercentile' in value;

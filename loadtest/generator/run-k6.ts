import { createInterface } from 'node:readline';
import { startProcess } from '../../reference-worker/target/index.ts';
import { withFile } from '../k6-binary/index.ts';
import { parseSample, type Sample } from './samples.ts';

export interface K6Options {
  /** What the process is called in figures and messages. */
  readonly name: string;
  readonly file: string;
  /** The bundled journey. */
  readonly script: string;
  /** A JSON file that holds a Plan. */
  readonly planFile: string;
  /** Handed over in the environment, never on the command line. */
  readonly jwtSecret: string;
  /** Of all generators together. */
  readonly virtualUsers: number;
  /** Which of the run's generators this is, from 0, and of how many. */
  readonly segment: { readonly index: number; readonly of: number };
  /** Further `--out` of k6, such as `experimental-prometheus-rw`. */
  readonly outputs: readonly string[];
  /** Whether k6 shows its web dashboard, at DASHBOARD_URL. */
  readonly dashboard: boolean;
  /** When the load begins, milliseconds since the epoch; at once unless told otherwise. */
  readonly startAtMs?: number | undefined;
  /** What else is on its command line: k6-operator has its own part of it. */
  readonly further?: readonly string[];
  readonly onSample: (sample: Sample) => void;
}

export interface K6Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The first lines that k6 and the script logged: samples of what went wrong. */
  readonly log: readonly string[];
}

export interface K6Run {
  readonly name: string;
  readonly pid: number;
  /** Requests that this side had no socket for, as far as the log says. */
  socketErrors(): number;
  /** Resolves when k6 has ended and its last sample has been handed over. */
  readonly ended: Promise<K6Ending>;
  stop(): Promise<unknown>;
}

/** Options by which k6 writes what the script logs to standard error, line by line, and nothing of its own. */
export const LOG_ALONE = [
  '--quiet',
  '--no-color',
  '--log-format=raw',
  '--no-usage-report',
  '--summary-mode=disabled',
] as const;
const LOG_LINES = 20;
/** Keeps 4,000 users within 1.2 GB, at the price of collecting garbage more often there. */
const MEMORY_LIMIT_MIB = 1150;
/** More users get as much each: held to less, k6 would do nothing but collect. */
const LIMITED_USERS = 4_000;
/** Where the outputs of k6 find their servers. Other `K6_` variables would change the load. */
const OUTPUT_VARIABLE = /^(K6_PROMETHEUS_|K6_OTEL_|OTEL_|K6_INFLUXDB_|K6_STATSD_)/;
/** EMFILE, ENFILE and EADDRNOTAVAIL: errors of connecting that the target has no part in (connect(2), socket(2)). */
const OUT_OF_SOCKETS = /too many open files|cannot assign requested address/;

const DASHBOARD_PORT = '5665';
/** k6's own default port, on this machine alone. */
export const DASHBOARD_URL = `http://127.0.0.1:${DASHBOARD_PORT}`;

/** Starts k6 on its part of the journey and reads its sample stream from standard output while it runs. */
export function startK6(options: K6Options): K6Run {
  const { name, file, onSample } = options;
  const k6 = startProcess({
    name,
    command: file,
    args: argumentsOf(options),
    env: environmentOf(options),
    output: 'pipe',
  });
  if (!k6.stdout || !k6.stderr) throw new Error('k6 was started without pipes.');
  const samples = createInterface(k6.stdout);
  samples.on('line', (line) => {
    const sample = parseSample(line);
    if (sample) onSample(sample);
  });
  const log: string[] = [];
  let socketErrors = 0;
  createInterface(k6.stderr).on('line', (line) => {
    if (OUT_OF_SOCKETS.test(line)) socketErrors += 1;
    // k6 warns of each lost request in words that do not say which; the script's own line does.
    if (log.length < LOG_LINES && line !== 'Request Failed') log.push(line);
  });
  const drained = new Promise((resolve) => samples.once('close', resolve));
  const ended = Promise.all([k6.exited, drained]).then(([{ code, signal }]) => ({ code, signal, log }));
  return { name, pid: k6.pid, socketErrors: () => socketErrors, ended, stop: () => k6.stop() };
}

function argumentsOf({ script, segment: { index, of }, outputs, further = [] }: K6Options): string[] {
  const points = Array.from({ length: of + 1 }, (_, at) =>
    at === 0 ? '0' : at === of ? '1' : `${at}/${of}`,
  );
  return [
    'run',
    ...LOG_ALONE,
    // k6 splits users, iterations and rates by it, and counts them through over all segments (k6#997).
    ...(of === 1
      ? []
      : [
          `--execution-segment=${points[index]}:${points[index + 1]}`,
          `--execution-segment-sequence=${points.join(',')}`,
        ]),
    // The verdict is not k6's, and its thresholds on percentiles keep every value in memory.
    '--no-thresholds',
    '--out=json=-',
    ...outputs.map((output) => `--out=${of === 1 ? output : outputOfOne(output, index + 1)}`),
    ...further,
    script,
  ];
}

/**
 * The same output for one of several processes: a file of its own, because two that write one file lose half of what they write.
 *
 * @param number of the process, from 1
 */
export const outputOfOne = (output: string, number: number): string =>
  withFile(output, (file) => file.replace(/(?:\.\w+)*$/, (extension) => `-${number}${extension}`));

function environmentOf(options: K6Options) {
  const { planFile, jwtSecret, virtualUsers, segment, outputs, dashboard, startAtMs } = options;
  const limitMib = MEMORY_LIMIT_MIB * Math.max(1, virtualUsers / LIMITED_USERS);
  const forOutputs = Object.entries(process.env).filter(([name]) => OUTPUT_VARIABLE.test(name));
  return {
    PLAN_FILE: planFile,
    JWT_SECRET: jwtSecret,
    ...(startAtMs !== undefined && { START_AT_MS: String(startAtMs) }),
    GOMEMLIMIT: `${Math.floor(limitMib / segment.of)}MiB`,
    ...(outputs.length > 0 && Object.fromEntries(forOutputs)),
    ...(dashboard && {
      K6_WEB_DASHBOARD: 'true',
      K6_WEB_DASHBOARD_HOST: '127.0.0.1',
      K6_WEB_DASHBOARD_PORT: DASHBOARD_PORT,
    }),
  };
}

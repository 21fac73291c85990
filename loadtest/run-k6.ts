import { createInterface } from 'node:readline';
import { startProcess } from '../reference-worker/local/processes.ts';
import { parseSample, type Sample } from './samples.ts';

export interface K6Options {
  readonly file: string;
  /** The bundled journey. */
  readonly script: string;
  /** A JSON file that holds a Plan. */
  readonly planFile: string;
  /** Handed over in the environment, never on the command line. */
  readonly jwtSecret: string;
  readonly onSample: (sample: Sample) => void;
}

export interface K6Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The first lines that k6 and the script logged: samples of what went wrong. */
  readonly log: readonly string[];
}

export interface K6Run {
  readonly pid: number;
  /** Resolves when k6 has ended and its last sample has been handed over. */
  readonly ended: Promise<K6Ending>;
  stop(): Promise<unknown>;
}

const LOG_LINES = 20;
/** Percent of the live heap that garbage may add. Go's own 100 would double what k6 keeps for each virtual user. */
const GARBAGE_PERCENT = '35';
/** Keeps the peak under the bound of the generator-memory signal, at the price of collecting more often there. */
const MEMORY_LIMIT = '1400MiB';

/** k6's exit code when a threshold was crossed: the run itself went well, and the verdict is not k6's. */
export const THRESHOLDS_CROSSED = 99;

/** Starts k6 on the journey and reads its sample stream from standard output while it runs. */
export function startK6({ file, script, planFile, jwtSecret, onSample }: K6Options): K6Run {
  const k6 = startProcess({
    name: 'k6',
    command: file,
    args: [
      'run',
      ...['--quiet', '--no-color', '--log-format=raw', '--no-usage-report', '--summary-mode=disabled'],
      '--out=json=-',
      script,
    ],
    env: { PLAN_FILE: planFile, JWT_SECRET: jwtSecret, GOGC: GARBAGE_PERCENT, GOMEMLIMIT: MEMORY_LIMIT },
    output: 'pipe',
  });
  if (!k6.stdout || !k6.stderr) throw new Error('k6 was started without pipes.');
  const samples = createInterface(k6.stdout);
  samples.on('line', (line) => {
    const sample = parseSample(line);
    if (sample) onSample(sample);
  });
  const log: string[] = [];
  createInterface(k6.stderr).on('line', (line) => {
    // k6 warns of each lost request in words that do not say which; the script's own line does.
    if (log.length < LOG_LINES && line !== 'Request Failed') log.push(line);
  });
  const drained = new Promise((resolve) => samples.once('close', resolve));
  const ended = Promise.all([k6.exited, drained]).then(([{ code, signal }]) => ({ code, signal, log }));
  return { pid: k6.pid, ended, stop: () => k6.stop() };
}

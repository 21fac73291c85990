import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parseSample, SampleAggregator } from '../generator/index.ts';
import { findK6 } from '../k6-binary/index.ts';
import { Scenario } from '../scenarios/index.ts';
import { ACCOUNT, JWT_SECRET, scenarios, startTrivialTarget, writeJourney } from '../testing/index.ts';

/** A generator at its limit makes some 10,000 a second: aggregating them may take half of a core at most. */
const MIN_SAMPLES_PER_SECOND = 20_000;
const SAMPLES = 1_000_000;
const ROUNDS = 3;

const scenario = Scenario.parse({
  ...scenarios.smoke,
  phases: [{ name: 'hold', seconds: 6, share: 1, counts: true }],
});

/** @returns the lines that an unmodified k6 writes */
async function recordedLines(signal: AbortSignal): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregator-'));
  const target = await startTrivialTarget({ account: ACCOUNT });
  try {
    const k6 = await findK6(signal);
    const { script, planFile } = await writeJourney(folder, scenario, target.url);
    const out = join(folder, 'samples.json');
    await promisify(execFile)(
      k6.file,
      ['run', '--quiet', '--summary-mode=disabled', `--out=json=${out}`, script],
      {
        env: { PLAN_FILE: planFile, JWT_SECRET },
        signal,
      },
    );
    return readFileSync(out, 'utf8').trimEnd().split('\n');
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    target.stop();
    rmSync(folder, { recursive: true });
  }
}

/** @returns seconds of processor time, all threads of this process */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function aggregate(lines: readonly string[], repetitions: number): void {
  const aggregator = new SampleAggregator(scenario);
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const line of lines) {
      const sample = parseSample(line);
      if (sample) aggregator.add(sample);
    }
  }
  if (aggregator.samples().unreadableSamples > 0) throw new Error('the recorded stream cannot be read.');
}

function parseAll(lines: readonly string[], repetitions: number): void {
  for (let repetition = 0; repetition < repetitions; repetition += 1)
    for (const line of lines) JSON.parse(line);
}

/** How many samples a second one core aggregates. @returns the exit code */
export async function aggregatorBenchmark(signal: AbortSignal): Promise<number> {
  const lines = await recordedLines(signal);
  const repetitions = Math.ceil(SAMPLES / lines.length);
  const count = lines.length * repetitions;
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await turn();
    signal.throwIfAborted();
    const ours = count / cpuSeconds(() => aggregate(lines, repetitions));
    const rival = count / cpuSeconds(() => parseAll(lines, repetitions));
    rates.push(ours);
    console.log(
      `aggregator ${Math.round(ours).toLocaleString('en-GB')} samples/s of CPU; ` +
        `JSON.parse of every line ${Math.round(rival).toLocaleString('en-GB')}; ${(ours / rival).toFixed(2)} times as fast`,
    );
  }
  const isMet = Math.min(...rates) >= MIN_SAMPLES_PER_SECOND;
  const bound = MIN_SAMPLES_PER_SECOND.toLocaleString('en-GB');
  console.log(`${isMet ? 'met' : 'MISSED'}: at least ${bound} samples/s on one core`);
  return isMet ? 0 : 1;
}

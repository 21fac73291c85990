import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseSample, SampleAggregator } from '../generator/index.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { Scenario, scenarios } from '../scenarios/index.ts';
import { ACCOUNT, JWT_SECRET, writeJourney } from '../testing/journey-files.ts';
import { startTrivialTarget } from './trivial-target.ts';

/**
 * How many samples a second one core aggregates: the stream of a small real run, over and over, against
 * `JSON.parse` of every line in the same run. Run: `npx tsx loadtest/benchmark/aggregator.ts`.
 */

/** The bound. */
const MIN_SAMPLES_PER_SECOND = 20_000;
const SAMPLES = 1_000_000;
const ROUNDS = 3;

const scenario = Scenario.parse({
  ...scenarios.smoke,
  phases: [{ name: 'hold', seconds: 6, share: 1, counts: true }],
});

/** @returns the lines that an unmodified k6 writes */
async function recordedLines(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aggregator-'));
  const target = await startTrivialTarget({ account: ACCOUNT });
  try {
    const k6 = await findK6();
    const { script, planFile } = await writeJourney(folder, scenario, target.url);
    const out = join(folder, 'samples.json');
    await promisify(execFile)(
      k6.file,
      ['run', '--quiet', '--summary-mode=disabled', `--out=json=${out}`, script],
      {
        env: { PLAN_FILE: planFile, JWT_SECRET },
      },
    );
    return readFileSync(out, 'utf8').trimEnd().split('\n');
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

const lines = await recordedLines();
const repetitions = Math.ceil(SAMPLES / lines.length);
const count = lines.length * repetitions;
const rounds = Array.from({ length: ROUNDS }, () => ({
  ours: count / cpuSeconds(() => aggregate(lines, repetitions)),
  rival: count / cpuSeconds(() => parseAll(lines, repetitions)),
}));
for (const { ours, rival } of rounds)
  console.log(
    `aggregator ${Math.round(ours).toLocaleString('en-GB')} samples/s of CPU; ` +
      `JSON.parse of every line ${Math.round(rival).toLocaleString('en-GB')}; ${(ours / rival).toFixed(2)} times as fast`,
  );
const worst = Math.min(...rounds.map(({ ours }) => ours));
const bound = MIN_SAMPLES_PER_SECOND.toLocaleString('en-GB');
console.log(`${worst >= MIN_SAMPLES_PER_SECOND ? 'met' : 'MISSED'}: at least ${bound} samples/s on one core`);
process.exitCode = worst >= MIN_SAMPLES_PER_SECOND ? 0 : 1;

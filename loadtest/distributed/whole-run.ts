import { LoadTestError } from '../errors.ts';
import type { Samples } from '../generator/index.ts';
import { durationSecondsOf, type Scenario } from '../scenarios/index.ts';

export interface RunnerFile {
  readonly file: string;
  readonly samples: Pick<Samples, 'runners'>;
}

/** Runners of one run start together, as far as a scheduler can (assumption); two runs are further apart. */
const START_SPREAD_MAX_MS = 60_000;
const ROUNDING = 1e-9;

interface Part {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly atMs: number;
  /** The plan's id, and the name of the run where k6-operator gives one. */
  readonly run: string;
  readonly load: string;
}

/**
 * Holds files of runners against the plan and against each other: of one run, every part of it once, nothing left out.
 *
 * @throws LoadTestError `runner_unknown`, `runner_plan_differs`, `runner_runs_mixed`, `runner_file_twice`, `runner_part_missing`
 */
export function demandWholeRun(files: readonly RunnerFile[], scenario: Scenario): void {
  const parts = files.map(partOf);
  const [first] = parts;
  if (!first) return;
  const asked = loadOf(scenario.name, scenario.virtualUsers, durationSecondsOf(scenario));
  for (const { file, load, run, atMs } of parts) {
    if (load !== asked)
      throw new LoadTestError(
        'runner_plan_differs',
        `${file} is of ${load}, and what was asked for is ${asked}. Say --scenario, --users and --hold as the plan has them.`,
      );
    if (run !== first.run || Math.abs(atMs - first.atMs) > START_SPREAD_MAX_MS)
      throw new LoadTestError(
        'runner_runs_mixed',
        `${file} and ${first.file} are of two runs. Merge the files of one run alone.`,
      );
  }
  demandEveryPart(parts.toSorted((one, other) => one.from - other.from || one.to - other.to));
}

function demandEveryPart(parts: readonly Part[]): void {
  let covered = 0;
  let before = '';
  for (const { file, from, to } of parts) {
    if (from < covered - ROUNDING)
      throw new LoadTestError(
        'runner_file_twice',
        `${file} and ${before} hold the same part of the load. Leave one of them out.`,
      );
    if (from > covered + ROUNDING) throw missing(covered, from);
    covered = to;
    before = file;
  }
  if (covered < 1 - ROUNDING) throw missing(covered, 1);
}

const missing = (from: number, to: number): LoadTestError =>
  new LoadTestError(
    'runner_part_missing',
    `No file holds the part of the load from ${percent(from)} to ${percent(to)}. Copy every runner's file here; where one ` +
      'has none, it died, and the run with it.',
  );

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

function partOf({ file, samples: { runners } }: RunnerFile): Part {
  const [runner, ...others] = runners;
  if (!runner || others.length > 0)
    throw new LoadTestError(
      'runner_unknown',
      `${file} says ${runners.length} times which part of the load it holds, and must once. It is not the whole stream of one ` +
        'runner, or the script is an older one: bundle it again, and give each runner a file of its own.',
    );
  const { plan, testRun, scenario, users, seconds, segment, atMs } = runner;
  const [from = Number.NaN, to = Number.NaN] = segment.split(':').map(fraction);
  return { file, from, to, atMs, run: `${plan} ${testRun}`, load: loadOf(scenario, users, seconds) };
}

const loadOf = (scenario: string, users: number, seconds: number): string =>
  `${scenario} with ${users} users for ${seconds} s`;

/** `1/4`, or a number. */
function fraction(text: string): number {
  const [above, below = '1'] = text.split('/');
  return Number(above) / Number(below);
}

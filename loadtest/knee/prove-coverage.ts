import { z } from 'zod';
import { type Invocation, readOptions, wholeNumber } from '../../reports/command/index.ts';
import { coverageOf, KNOWN_TARGETS } from './coverage.testing.ts';

/** Of the brackets; what is shown is no confidence interval, and so more is no fault. */
const HELD_MIN = 0.95;
const FAILED_EXIT_CODE = 1;

const Options = z.strictObject({ runs: wholeNumber(100, 1_000_000), seed: wholeNumber(0, 1_000_000_000) });

const row = (...columns: readonly string[]): string =>
  columns.map((text, at) => (at === columns.length - 1 ? text : text.padStart(8))).join('  ');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The bracket of the knee against simulated targets whose knee is known. @returns the exit code */
export async function proveCoverage({ given }: Invocation): Promise<number> {
  const { runs, seed } = readOptions(Options, given);
  console.log(`The knee in ${runs} ladders on each target, which bracket it between two rungs:`);
  console.log(row('inside', 'above', 'below', 'width', 'knee', 'target'));
  let exitCode = 0;
  for (const target of KNOWN_TARGETS) {
    const { covered, above, below, width } = coverageOf(target, runs, seed);
    if (covered / runs < HELD_MIN) exitCode = FAILED_EXIT_CODE;
    const outside = [above, below].map((count) => percent(count / runs));
    console.log(
      row(percent(covered / runs), ...outside, percent(width), target.knee.toFixed(0), target.name),
    );
  }
  return exitCode;
}

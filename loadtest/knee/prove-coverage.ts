import { z } from 'zod';
import { programOf, readFlags, runCommand, wholeNumber } from '../../reports/command/index.ts';
import { coverageOf, KNOWN_TARGETS } from './coverage.testing.ts';

/** `npm run prove:knee`: the bracket of the knee against simulated targets whose knee is known. */

/** Of the brackets; what is shown is no confidence interval, and so more is no fault. */
const HELD_MIN = 0.95;
const FAILED_EXIT_CODE = 1;

const Options = z.strictObject({ runs: wholeNumber(100, 1_000_000), seed: wholeNumber(0, 1_000_000_000) });

const HELP = `Examples:
  npm run prove:knee
  npm run prove:knee -- --runs 1000 --seed 42

Exit codes: 0 the bracket holds the truth in at least 95 % of the runs on every target; 1 it does not; 4 a usage error.`;

function readOptions(argv: readonly string[]): z.infer<typeof Options> {
  const program = programOf({
    name: 'prove:knee',
    does: 'Counts how often the bracket of the knee holds the truth.',
    help: HELP,
  })
    .option('--runs <count>', 'simulated ladders on each target, from 100', '200')
    .option('--seed <number>', 'of the first run; those that follow take the seeds that follow', '1');
  return readFlags(program, argv, Options);
}

const row = (...cells: readonly string[]): string =>
  cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padStart(8))).join('  ');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function prove({ runs, seed }: z.infer<typeof Options>): Promise<number> {
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

await runCommand(() => prove(readOptions(process.argv.slice(2))), { known: [] });

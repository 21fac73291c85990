import { Command } from 'commander';
import { z } from 'zod';
import { coverageOf, KNOWN_TARGETS } from './coverage.testing.ts';

/** `npm run prove:knee`: the bracket of the knee against simulated targets whose knee is known. */

/** Of the brackets; what is shown is no confidence interval, and so more is no fault. */
const HELD_MIN = 0.95;
const [FAILED_EXIT_CODE, REFUSED_EXIT_CODE] = [1, 4];

const Options = z.strictObject({
  runs: z.coerce.number().pipe(z.int().min(100).max(1_000_000)),
  seed: z.coerce.number().pipe(z.int().min(0).max(1_000_000_000)),
});

const EXAMPLES = `
Examples:
  npm run prove:knee
  npm run prove:knee -- --runs 1000 --seed 42

Exit codes: 0 the bracket holds the truth in at least 95 % of the runs on every target; 1 it does not; 4 a usage error.`;

function readOptions(): z.infer<typeof Options> {
  const command = new Command('prove:knee')
    .description('Counts how often the bracket of the knee holds the truth.')
    .option('--runs <count>', 'simulated ladders on each target', '200')
    .option('--seed <number>', 'of the first run; those that follow take the seeds that follow', '1')
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
    .parse();
  const options = Options.safeParse(command.opts());
  if (!options.success) command.error(z.prettifyError(options.error), { exitCode: REFUSED_EXIT_CODE });
  return Options.parse(command.opts());
}

const { runs, seed } = readOptions();
const row = (...cells: readonly string[]): string =>
  cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padStart(8))).join('  ');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
console.log(`The knee in ${runs} ladders on each target, which bracket it between two rungs:`);
console.log(row('inside', 'above', 'below', 'width', 'knee', 'target'));
for (const target of KNOWN_TARGETS) {
  const { covered, above, below, width } = coverageOf(target, runs, seed);
  if (covered / runs < HELD_MIN) process.exitCode = FAILED_EXIT_CODE;
  const outside = [above, below].map((count) => percent(count / runs));
  console.log(row(percent(covered / runs), ...outside, percent(width), target.knee.toFixed(0), target.name));
}

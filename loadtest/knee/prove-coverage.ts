import { Command } from 'commander';
import { z } from 'zod';
import { coverageOf, KNOWN_TARGETS } from './coverage.testing.ts';

/** `npm run prove:knee`: the interval of the knee against simulated targets whose knee is known. */

const NOMINAL = 0.95;
const TOLERANCE = 0.02;
const [FAILED_EXIT_CODE, REFUSED_EXIT_CODE] = [1, 4];

const Options = z.strictObject({
  runs: z.coerce.number().pipe(z.int().min(100).max(1_000_000)),
  seed: z.coerce.number().pipe(z.int().min(0).max(1_000_000_000)),
});

const EXAMPLES = `
Examples:
  npm run prove:knee
  npm run prove:knee -- --runs 5000 --seed 42

Exit codes: 0 the interval holds the truth in 93 to 97 % of the runs on every target; 1 it does not; 4 a usage error.`;

function readOptions(): z.infer<typeof Options> {
  const command = new Command('prove:knee')
    .description('Counts how often the 95 % interval of the knee holds the truth.')
    .option('--runs <count>', 'simulated ladders on each target', '1000')
    .option('--seed <number>', 'of the first run; those that follow take the seeds that follow', '1')
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
    .parse();
  const options = Options.safeParse(command.opts());
  if (!options.success) command.error(z.prettifyError(options.error), { exitCode: REFUSED_EXIT_CODE });
  return Options.parse(command.opts());
}

const { runs, seed } = readOptions();
for (const target of KNOWN_TARGETS) {
  const { covered, above, below } = coverageOf(target, runs, seed);
  const share = covered / runs;
  if (Math.abs(share - NOMINAL) > TOLERANCE) process.exitCode = FAILED_EXIT_CODE;
  const percent = `${(100 * share).toFixed(1)} %`.padStart(7);
  console.log(
    `${percent} of ${runs} intervals hold the knee; ${above} above, ${below} below: ${target.name}`,
  );
}

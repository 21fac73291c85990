import { z } from 'zod';
import { randomKey, unit } from '../../fixtures/generator/random.ts';
import { INTERRUPTED_EXIT_CODE, interruption } from '../../reference-worker/local/index.ts';
import { programOf, readFlags, runCommand, wholeNumber } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';
import { meanThinkTimeMs, Scenario, scenarios } from '../scenarios/index.ts';
import { ACCOUNT } from '../testing/journey-files.ts';
import { runScript } from './run-script.ts';
import { startTrivialTarget } from './trivial-target.ts';

/** `npm run benchmark:leak`: the real form of proofs/leak.test.ts. */

const EXPECTED_LEAKS = 5;
const SEED = 20_261_122;
const USERS = 200;
const LEAD_IN_SECONDS = 2;
/** What one core has time for: about 1 ms of k6 for a request. */
const REQUESTS_PER_SECOND = 800;
/** Ten seconds of them: fewer would hardly outlast the lead-in. */
const RESPONSES_MIN = 10 * REQUESTS_PER_SECOND;

const HELP = `Examples:
  npm run benchmark:leak                                     about half an hour
  npm run benchmark:leak -- --responses 20000 --runs 1       half a minute

Exit codes: 0 every run found a leak, 1 one found none, 3 it broke down, 4 nothing was started: usage or a missing k6, 130
stopped by Ctrl-C.`;

const Flags = z.strictObject({
  responses: wholeNumber(RESPONSES_MIN, 10_000_000),
  runs: wholeNumber(1, 100),
});

function readOptions(argv: readonly string[]): z.infer<typeof Flags> {
  const program = programOf({
    name: 'benchmark:leak',
    does:
      'Lets real k6 drive a target that leaks in five responses of all, 1 in 100,000 unless there are fewer, and counts the ' +
      'leaks that were found.',
    help: HELP,
  })
    .option(
      '--responses <number>',
      'with documents, in each run; fewer of them leak more often, so that five leaks are expected',
      '500000',
    )
    .option('--runs <number>', 'one after the other', '3');
  return readFlags(program, argv, Flags);
}

const scenarioOf = (responses: number): Scenario =>
  Scenario.parse({
    ...scenarios['peak-rate'],
    sizeBytes: 8e6,
    virtualUsers: USERS,
    thinkTimeMedianMs:
      (USERS * 1e6) / REQUESTS_PER_SECOND / meanThinkTimeMs({ ...scenarios.steady, thinkTimeMedianMs: 1000 }),
    phases: [
      { name: 'ramp', seconds: LEAD_IN_SECONDS, share: 1, counts: false },
      // The lead-in makes half as many requests in its time.
      {
        name: 'hold',
        seconds: Math.ceil(responses / REQUESTS_PER_SECOND - LEAD_IN_SECONDS / 2),
        share: 1,
        counts: true,
      },
    ],
  });

async function benchmark({ responses, runs }: z.infer<typeof Flags>, signal: AbortSignal): Promise<number> {
  const scenario = scenarioOf(responses);
  let missed = 0;
  for (let run = 0; run < runs; run += 1) {
    const key = randomKey(SEED, 'real-leak', run);
    let drawn = 0;
    let planted = 0;
    const leaks = (): boolean => {
      drawn += 1;
      const isLeak = unit(key, drawn) < EXPECTED_LEAKS / responses;
      if (isLeak) planted += 1;
      return isLeak;
    };
    const target = await startTrivialTarget({ account: ACCOUNT, leaks });
    const aggregate = await runScript({ scenario, url: target.url, signal }).finally(target.stop);
    const found = aggregate.counters.isolation_violations;
    console.log(
      `run ${run + 1}: responses with documents: ${drawn}; of them leaked: ${planted}; found: ${found}`,
    );
    if (found === 0) missed += 1;
  }
  return missed === 0 ? 0 : 1;
}

const signal = interruption(new LoadTestError('interrupted', 'stopping; nothing was found out.'));
await runCommand(() => benchmark(readOptions(process.argv.slice(2)), signal), {
  known: [LoadTestError],
  signal,
  interruptedExitCode: INTERRUPTED_EXIT_CODE,
});

import { randomKey, unit } from '../../fixtures/generator/random.ts';
import { meanThinkTimeMs, Scenario, scenarios } from '../scenarios/index.ts';
import { ACCOUNT } from '../testing/journey-files.ts';
import { runScript } from './run-script.ts';
import { startTrivialTarget } from './trivial-target.ts';

/**
 * The real form of proofs/leak.test.ts: real k6 makes 500,000 requests of a target that leaks in 1 of 100,000
 * responses that show documents, three times. `tsx loadtest/benchmark/leak.ts [responses] [runs]`: fewer responses
 * leak more often, so that about five leaks are expected in any number of them.
 */
const [responses = 500_000, runs = 3] = process.argv.slice(2).map(Number);
const EXPECTED_LEAKS = 5;
const SEED = 20_261_122;
const USERS = 200;
const LEAD_IN_SECONDS = 2;
/** What one core has time for: about 1 ms of k6 for a request. */
const REQUESTS_PER_SECOND = 800;

const scenario = Scenario.parse({
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
      seconds: responses / REQUESTS_PER_SECOND - LEAD_IN_SECONDS / 2,
      share: 1,
      counts: true,
    },
  ],
});

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
  const aggregate = await runScript({ scenario, url: target.url }).finally(target.stop);
  const found = aggregate.counters.isolation_violations;
  console.log(
    `run ${run + 1}: ${drawn} responses with documents, ${planted} of them leaked, ${found} were found`,
  );
  if (found === 0) missed += 1;
}
process.exitCode = missed === 0 ? 0 : 1;

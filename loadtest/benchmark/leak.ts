import { z } from 'zod';
import { randomKey, unit } from '../../fixtures/generator/index.ts';
import { type Invocation, readOptions, wholeNumber } from '../../reports/command/index.ts';
import { meanThinkTimeMs, Scenario } from '../scenarios/index.ts';
import { ACCOUNT, scenarios, startTrivialTarget } from '../testing/index.ts';
import { runScript } from './run-script.ts';

const EXPECTED_LEAKS = 5;
const SEED = 20_261_122;
const USERS = 200;
const LEAD_IN_SECONDS = 2;
/** What one core has time for: about 1 ms of k6 for a request. */
const REQUESTS_PER_SECOND = 800;
/** Ten seconds of them: fewer would hardly outlast the lead-in. */
const RESPONSES_MIN = 10 * REQUESTS_PER_SECOND;

const Flags = z.strictObject({
  responses: wholeNumber(RESPONSES_MIN, 10_000_000),
  runs: wholeNumber(1, 100),
});

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

/** The real form of proofs/leak.test.ts. @returns the exit code */
export async function leakBenchmark({ given, signal }: Invocation): Promise<number> {
  const { responses, runs } = readOptions(Flags, given);
  const scenario = scenarioOf(responses);
  let missed = 0;
  for (let run = 0; run < runs; run += 1) {
    const key = randomKey(SEED, 'real-leak', run);
    let drawn = 0;
    let leaked = 0;
    const leaks = (): boolean => {
      drawn += 1;
      const isLeak = unit(key, drawn) < EXPECTED_LEAKS / responses;
      if (isLeak) leaked += 1;
      return isLeak;
    };
    const target = await startTrivialTarget({ account: ACCOUNT, leaks });
    const aggregate = await runScript({ scenario, url: target.url, signal }).finally(target.stop);
    const found = aggregate.counters.isolation_violations;
    console.log(
      `run ${run + 1}: responses with documents: ${drawn}; of them leaked: ${leaked}; found: ${found}`,
    );
    if (found === 0) missed += 1;
  }
  return missed === 0 ? 0 : 1;
}

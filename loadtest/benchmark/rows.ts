import { DATA_SETS, seedShards, stateFolder } from '../../fixtures/index.ts';
import { Behaviour, kvCacheOf, topologyNamed } from '../../reference-worker/target/index.ts';
import { compareBlocks, type Pair } from '../../reports/statistics/index.ts';
import { findK6 } from '../k6-binary/index.ts';
import { measure } from '../measure.ts';
import { Scenario, scenarioOf, shapes } from '../scenarios/index.ts';
import { planShards } from '../seeding.ts';
import { chosenSubject } from '../system.ts';

/** What counting rows may take of the throughput. */
const MOST_LOST = 0.03;
const PAIRS = 8;

/**
 * What counting rows costs a load that asks for as much as this machine gives: users who hardly think, in blocks with it and
 * without it, in the order ABBA.
 *
 * @returns the exit code
 */
export async function rowsBenchmark(signal: AbortSignal): Promise<number> {
  const subject = await chosenSubject({ system: 'shared-shards' });
  const scenario = Scenario.parse({
    ...scenarioOf(shapes.smoke, subject.system),
    ...{ virtualUsers: 40, thinkTimeMedianMs: 1, sizeBytes: 32e6 },
    phases: [
      { name: 'ramp', seconds: 3, share: 1, counts: false },
      { name: 'hold', seconds: 25, share: 1, counts: true },
    ],
  });
  const topology = topologyNamed(subject.placements, undefined);
  const k6 = await findK6(signal);
  const shards = await seedShards(planShards(subject, topology, scenario, DATA_SETS), signal);
  const block = async (rows: 'untold' | 'sampled'): Promise<number> => {
    const { aggregate, death } = await measure({
      ...{ subject, topology, scenario, shards, signal },
      kvCache: kvCacheOf(subject.placements, false),
      behaviour: Behaviour.parse({ rows }),
      k6File: k6.file,
      stateDir: stateFolder(subject.system, 'benchmark-rows'),
    });
    if (death) throw new Error(`${death.name} ended before its time: ${death.detail}`);
    return aggregate.total.requests;
  };
  const pairs: Pair<number>[] = [];
  while (pairs.length < PAIRS) {
    const isAb = pairs.length % 2 === 0;
    const first = await block(isAb ? 'untold' : 'sampled');
    const second = await block(isAb ? 'sampled' : 'untold');
    pairs.push(isAb ? { baseline: first, candidate: second } : { baseline: second, candidate: first });
    console.log(`${pairs.at(-1)?.baseline} requests without counts, ${pairs.at(-1)?.candidate} with them`);
  }
  const { ratio, interval } = compareBlocks(pairs, (requests) => requests, {
    ...{ smallestEffect: 0, equivalence: MOST_LOST, comparisons: 1 },
  });
  const lost = (of: number): string => `${(100 * (1 - of)).toFixed(1)} %`;
  console.log(
    `Counting rows takes ${lost(ratio)} of the throughput (95 %: ${lost(interval.high)} to ${lost(interval.low)}); the bound is ` +
      `${lost(1 - MOST_LOST)}.`,
  );
  if (interval.low >= 1 - MOST_LOST) return 0;
  return interval.high < 1 - MOST_LOST ? 1 : 2;
}

import { exitCodeOf, type Invocation } from '../../../reports/command/index.ts';
import { runBenchmark } from './benchmark.ts';
import { judgeSeeding } from './judge.ts';
import { readBenchmarkOptions } from './options.ts';
import { describeResults } from './report.ts';
import { refuseWithoutRoom, roomIn } from './room.ts';

/** Our rate of seeding, and what it is beside those of three others. @returns the exit code */
export async function seedBenchmark({ given, signal }: Invocation): Promise<number> {
  const options = readBenchmarkOptions(given);
  const { plan, fullPlan, folder } = options;
  refuseWithoutRoom(await roomIn(folder), plan.sizeBytes, fullPlan?.sizeBytes ?? 0);
  const results = await runBenchmark(options, signal);
  const aims = judgeSeeding(results);
  console.log(describeResults(results, aims));
  return aims.every(({ isMet }) => isMet) ? exitCodeOf.PASS : exitCodeOf.FAIL;
}

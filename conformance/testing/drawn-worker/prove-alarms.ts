import { z } from 'zod';
import {
  exitCodeOf,
  type Invocation,
  readOptions,
  startProgress,
  timeLeft,
  wholeNumber,
} from '../../../reports/command/index.ts';
import { coveringDraws, findFalseAlarm } from './draws.ts';

const Options = z.strictObject({
  draws: wholeNumber(0, 100_000),
  seed: wholeNumber(0, 1_000_000_000),
});

/** Judges Workers that keep what they promise: first a covering array of their switches, then drawn ones. */
export async function proveAlarms({ given, signal }: Invocation): Promise<number> {
  const { draws, seed } = readOptions(Options, given);
  const examples = coveringDraws(seed);
  const all = examples.length + draws;
  const startedAtMs = Date.now();
  const progress = startProgress(`judging ${all} Workers that keep what they promise, from seed ${seed}`);
  let judged = 0;
  let passed = 0;
  const found = await findFalseAlarm({
    ...{ examples, draws, seed, signal },
    onJudged: (one) => {
      judged += 1;
      passed += one.passed;
      progress.update(`${judged} of ${all} Workers judged, ${timeLeft(startedAtMs, judged / all)}`);
    },
  });
  if (!found) {
    progress.done(`${all} Workers were accused of nothing, in ${passed} checks that judged them`);
    return exitCodeOf.PASS;
  }
  progress.done(`a Worker that keeps what it promises was accused, from seed ${seed}`);
  console.error(JSON.stringify(found.switches, undefined, 2));
  for (const alarm of found.alarms) console.error(alarm);
  return exitCodeOf.FAIL;
}

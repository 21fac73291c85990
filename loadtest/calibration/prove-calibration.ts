import { z } from 'zod';
import {
  exitCodeOf,
  type Invocation,
  readOptions,
  startProgress,
  wholeNumber,
} from '../../reports/command/index.ts';
import {
  calibrateHidden,
  calibrateInProcess,
  heldAgainst,
  type Judged,
  judgeAll,
} from './calibrated.testing.ts';
import { hiddenProfile } from './hidden-profile.testing.ts';

const Options = z.strictObject({
  profiles: wholeNumber(1, 1_000),
  seed: wholeNumber(0, 1_000_000_000),
  inProcess: z.boolean(),
});

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Hidden profiles, each recovered by a calibration that never reads it. @returns the exit code */
export async function proveCalibration({ given, signal }: Invocation): Promise<number> {
  const { profiles, seed: first, inProcess } = readOptions(Options, given);
  const all: Judged[] = [];
  for (let seed = first; seed < first + profiles; seed += 1) {
    const drawn = hiddenProfile(seed);
    const hidden = inProcess ? { ...drawn, isolatesPerPop: 1 } : drawn;
    const progress = startProgress(`seed ${seed}`);
    const calibrated = await (inProcess ? calibrateInProcess : calibrateHidden)(
      hidden,
      signal,
      (what, done, of) => progress.update(`seed ${seed}: ${what}, ${done} of ${of}`),
    ).finally(() => progress.done(`seed ${seed}: asked`));
    const judged = heldAgainst(hidden, calibrated);
    all.push(judged);
    console.log(
      `seed ${seed}: ${judged.held} of ${judged.numbers} intervals hold the truth, ${judged.close} of ${judged.measured} measured numbers are ` +
        `within 15 %, the knee of the model is ${percent(judged.kneeRatio)} of the true one, ${judged.minutes.toFixed(1)} minutes${judged.wrong.length === 0 ? '' : `; wrong: ${judged.wrong.join('; ')}`}`,
    );
    for (const line of judged.outside) console.log(`  ${line}`);
  }
  const { heldShare, closeShare, measuredShare, kneeShare, isProved } = judgeAll(all);
  console.log(
    `${percent(heldShare)} of all intervals hold the truth, ${percent(closeShare)} of the numbers that count as measured are within 15 % of ` +
      `it, ${percent(measuredShare)} of all count as measured. ${percent(kneeShare)} of the knees are within 10 %.`,
  );
  return isProved ? exitCodeOf.PASS : exitCodeOf.FAIL;
}

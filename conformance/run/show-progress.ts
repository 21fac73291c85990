import { type Progress, startProgress, timeLeft } from '../../reports/command/index.ts';
import type { CheckOutcome } from '../checks/index.ts';

export interface ShownProgress {
  onOutcome(outcome: CheckOutcome): void;
  readonly line: Progress;
}

/** One line on stderr: how many checks are done, how fast, how long it will take, what has failed so far. */
export function showProgress(total: number): ShownProgress {
  const line = startProgress(`starting, ${total} checks`);
  let startedAtMs: number | undefined;
  let done = 0;
  let notPassed = 0;
  const onOutcome = ({ verdict }: CheckOutcome): void => {
    done += 1;
    if (verdict !== 'PASS' && verdict !== 'SKIPPED') notPassed += 1;
    // The start is no measure of the rate.
    startedAtMs ??= Date.now();
    const seconds = (Date.now() - startedAtMs) / 1_000;
    const rate = seconds > 1 ? `, ${(done / seconds).toFixed(1)}/s` : '';
    const bad = notPassed > 0 ? `, ${notPassed} did not pass` : '';
    line.update(`${done} of ${total} checks${rate}, ${timeLeft(startedAtMs, done / total)}${bad}`);
  };
  return { onOutcome, line };
}

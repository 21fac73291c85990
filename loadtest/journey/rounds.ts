import type { Uniform } from '../../fixtures/generator/index.ts';
import {
  isWriteStep,
  type Journey,
  type JourneyStep,
  looksForWritten,
} from '../../reference-worker/target/index.ts';

/**
 * The steps that one user does, one after the other and without end, when nothing fails and nobody is faster.
 * `next(true)` leaves a round in the middle, as who comes back does.
 *
 * @param everybodyWrites whether, when a round begins, every write is done that belongs to some rounds
 */
export function* rounds(
  { opening, steps }: Pick<Journey, 'opening' | 'steps'>,
  uniform: Uniform,
  everybodyWrites: () => boolean = () => false,
): Generator<JourneyStep, never, boolean> {
  for (let opens = true; ; opens = uniform() < opening.again)
    for (const step of [...(opens ? opening.steps : []), ...chosen(steps, uniform, everybodyWrites())])
      if (yield step) break;
}

/** What looks for something written is done when the write before it is. */
function chosen(steps: readonly JourneyStep[], uniform: Uniform, everybodyWrites: boolean): JourneyStep[] {
  let isDone = true;
  return steps.filter((step) => {
    const share = everybodyWrites && isWriteStep(step) ? 1 : step.share;
    if (!looksForWritten(step)) isDone = step.share === undefined || uniform() < (share ?? 1);
    return isDone;
  });
}

import type { Uniform } from '../../fixtures/generator/index.ts';
import { type Journey, type JourneyStep, looksForWritten } from '../../reference-worker/target/index.ts';

/**
 * The steps that one user does, one after the other and without end, when nothing fails and nobody is faster.
 * `next(true)` leaves a round in the middle, as who comes back does.
 */
export function* rounds(
  { opening, steps }: Pick<Journey, 'opening' | 'steps'>,
  uniform: Uniform,
): Generator<JourneyStep, never, boolean> {
  for (let opens = true; ; opens = uniform() < opening.again)
    for (const step of [...(opens ? opening.steps : []), ...chosen(steps, uniform)]) if (yield step) break;
}

/** What looks for something written is done when the write before it is. */
function chosen(steps: readonly JourneyStep[], uniform: Uniform): JourneyStep[] {
  let isDone = true;
  return steps.filter((step) => {
    if (!looksForWritten(step)) isDone = step.share === undefined || uniform() < step.share;
    return isDone;
  });
}

import type { Uniform } from '../../fixtures/generator/index.ts';
import {
  isWriteStep,
  type Journey,
  type JourneyStep,
  looksForWritten,
} from '../../reference-worker/target/index.ts';

/**
 * The steps that one user does, one after the other and without end, when nothing fails and nobody is faster.
 * `next(true)` leaves a round in the middle, as who comes back does. Whether a step is done is decided when it comes to it, as in k6.
 *
 * @param everybodyWrites whether every write is done by now that belongs to some rounds
 */
export function* rounds(
  { opening, steps }: Pick<Journey, 'opening' | 'steps'>,
  uniform: Uniform,
  everybodyWrites: () => boolean = () => false,
): Generator<JourneyStep, never, boolean> {
  for (let opens = true; ; opens = uniform() < opening.again) {
    const drawn = steps.map((step) => (isDrawn(step) ? uniform() : 0));
    for (const step of round(opens ? opening.steps : [], steps, drawn, everybodyWrites))
      if (yield step) break;
  }
}

const isDrawn = (step: JourneyStep): boolean => !looksForWritten(step) && step.share !== undefined;

/** What looks for something written is done when the write before it is. @param drawn by step, from 0 to 1 */
function* round(
  opening: readonly JourneyStep[],
  steps: readonly JourneyStep[],
  drawn: readonly number[],
  everybodyWrites: () => boolean,
): Generator<JourneyStep, void, void> {
  yield* opening;
  let isDone = true;
  for (const [at, step] of steps.entries()) {
    const share = isWriteStep(step) && everybodyWrites() ? 1 : (step.share ?? 1);
    if (!looksForWritten(step)) isDone = !isDrawn(step) || (drawn[at] ?? 0) < share;
    if (isDone) yield step;
  }
}

import type { Answer, Operation } from '../../reference-worker/target/index.ts';
import { requestOf, type Walker } from '../journey/index.ts';

/** Asks for a step of the journey, and returns the answer. */
export type Take = (step: string, operation: Operation) => Promise<Answer>;

/** Every step of the journey once, with the requests of the k6 script. */
export async function walk(take: Take, walker: Walker): Promise<void> {
  const { opening, steps } = walker.system.journey;
  let { version } = walker;
  for (const step of [...opening.steps, ...steps]) {
    if (step.does === 'view') continue;
    const answer = await take(step.operation, requestOf(step, { ...walker, version }));
    if (step.does === 'read' && step.which === 'drawn') version = answer.documents[0]?.version;
  }
}

import type { Answer, Create, JourneyStep, Operation } from '../../../reference-worker/target/index.ts';
import { countOf, drawnBy, requestOf } from '../../journey/index.ts';
import type { NeighbourWorker } from './profile.ts';

/** More than one worker creates while a block lasts: a number of one is none of another. */
const NUMBERS = 1_000_000;

const isOpening = (step: JourneyStep): boolean => step.does === 'read' && step.which === 'drawn';

/** What a step of the journey asks for of a document that people open, each as likely as any other. */
function drawn(worker: NeighbourWorker, number: number): (step: JourneyStep) => Operation {
  const { system, account, uniform } = worker;
  const [opened = ''] = drawnBy(system.journey);
  const index = Math.floor(uniform() * countOf(account, opened));
  return (step) => requestOf(step, { system, account, index, number: worker.number * NUMBERS + number });
}

/**
 * A document that nobody has written before, with the canary that every document carries (rule of evidence 4).
 *
 * @param number unique for this worker
 * @throws Error for a system whose people create nothing
 */
export function newDocument(worker: NeighbourWorker, number: number): Create {
  const { name, journey } = worker.system;
  const step = journey.steps.find(({ does }) => does === 'create');
  const operation = step && drawn(worker, number)(step);
  if (operation?.kind === 'create') return operation;
  throw new Error(`bad_system: the journey of ${name} creates nothing, so no neighbour can write there.`);
}

/** A document with what is shown beside it, or by itself where nothing is. */
export function besides(worker: NeighbourWorker): Operation {
  const { steps, opening } = worker.system.journey;
  const step = steps.find(({ does }) => does === 'join') ?? steps.find(isOpening) ?? opening.steps[0];
  if (!step) throw new Error(`bad_system: the journey of ${worker.system.name} has no steps.`);
  return drawn(worker, 0)(step);
}

/** One document after the other, as the people of the account under test: it and what belongs to it, some of it written. */
export function* officeWork(worker: NeighbourWorker): Generator<Operation, never, Answer | undefined> {
  const { steps } = worker.system.journey;
  const reads = steps.filter(
    (step) =>
      isOpening(step) ||
      step.does === 'join' ||
      (step.does === 'list' && typeof step.where === 'object' && step.shows === undefined),
  );
  const creates = steps.filter(({ does }) => does === 'create');
  for (let number = 0; ; number += 1) {
    const request = drawn(worker, number);
    for (const step of reads) yield request(step);
    // One write in seven requests, as the journey of the account under test.
    if (number % 2 === 0) for (const step of creates) yield request(step);
  }
}

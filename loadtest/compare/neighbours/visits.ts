import {
  type Answer,
  type Create,
  type DocumentStep,
  type JourneyStep,
  type Operation,
  resourcesWith,
  SystemError,
} from '../../../reference-worker/target/index.ts';
import { countOf, type LoadedSystem, openedBefore, requestOf } from '../../journey/index.ts';
import type { NeighbourNeed, NeighbourWorker } from './profile.ts';

/** More than one worker creates while a block lasts: a number of one is none of another. */
const NUMBERS = 1_000_000;

/** A neighbour asks with a session; who looks at pages has none. */
const isOfDocuments = (step: JourneyStep): step is DocumentStep => step.does !== 'view';
const stepsOf = ({ journey: { opening, steps } }: LoadedSystem): DocumentStep[] =>
  [...steps, ...opening.steps].filter(isOfDocuments);

const isOpening = (step: DocumentStep): boolean => step.does === 'read' && step.which === 'drawn';

/** What a step of the journey asks for of a document that people open, each as likely as any other. */
function drawn(worker: NeighbourWorker, number: number): (step: DocumentStep) => Operation {
  const { system, account, uniform } = worker;
  const place = uniform();
  return (step) => {
    const opened = openedBefore(step, system);
    const index = opened === undefined ? 0 : Math.floor(place * countOf(account, opened));
    return requestOf(step, { system, account, index, number: worker.number * NUMBERS + number });
  };
}

/**
 * A document that nobody has written before, with the canary that every document carries (rule of evidence 4).
 *
 * @param number unique for this worker
 * @throws Error for a system whose people create nothing: it has been refused before
 */
export function newDocument(worker: NeighbourWorker, number: number): Create {
  const { name } = worker.system;
  const step = stepsOf(worker.system).find(({ does }) => does === 'create');
  const operation = step && drawn(worker, number)(step);
  if (operation?.kind === 'create') return operation;
  throw new Error(`the journey of ${name} creates nothing.`);
}

/** A document with what is shown beside it, or by itself where nothing is. */
export function besides(worker: NeighbourWorker): Operation {
  const steps = stepsOf(worker.system);
  const { opening } = worker.system.journey;
  const step =
    steps.find(({ does }) => does === 'join') ??
    steps.find(isOpening) ??
    opening.steps.find(isOfDocuments) ??
    steps[0];
  if (!step) throw new Error(`the journey of ${worker.system.name} asks for no documents.`);
  return drawn(worker, 0)(step);
}

/** What a neighbour at office work reads and creates. */
function visitsIn(system: LoadedSystem) {
  const steps = system.journey.steps.filter(isOfDocuments);
  const reads = steps.filter(
    (step) =>
      isOpening(step) ||
      step.does === 'join' ||
      (step.does === 'list' && typeof step.where === 'object' && step.shows === undefined),
  );
  return { reads, creates: steps.filter(({ does }) => does === 'create') };
}

/** One document after the other, as the people of the account under test: it and what belongs to it, some of it written. */
export function* officeWork(worker: NeighbourWorker): Generator<Operation, never, Answer | undefined> {
  const { reads, creates } = visitsIn(worker.system);
  for (let number = 0; ; number += 1) {
    const request = drawn(worker, number);
    for (const step of reads) yield request(step);
    // One write in seven requests, as the journey of the account under test.
    if (number % 2 === 0) for (const step of creates) yield request(step);
  }
}

/**
 * @param needs what a neighbour asks for
 * @throws SystemError for a system with which it would have nothing to do: it would be no neighbour, or never yield
 */
export function assertSuits(system: LoadedSystem, neighbour: string, needs: NeighbourNeed): void {
  const { reads, creates } = visitsIn(system);
  const lacks = {
    creates: creates.length === 0 && 'creates nothing',
    visits: reads.length + creates.length === 0 && 'neither opens nor creates a document',
    lists: resourcesWith(system, { routes: ['list'] }).length === 0 && 'shows no lists',
  }[needs];
  if (lacks)
    throw new SystemError(
      `the neighbour ${neighbour} has nothing to do with ${system.name}, which ${lacks}: choose another --neighbour.`,
    );
}

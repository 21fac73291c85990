import { canaryOf, clientId, userId } from '../../../fixtures/index.ts';
import type { Answer, Create, Operation } from '../../../reference-worker/target/index.ts';
import type { NeighbourWorker } from './profile.ts';

/** One of the account's clients, each as likely as any other. */
export const anyClient = ({ plan, uniform }: NeighbourWorker): string =>
  clientId(Math.floor(uniform() * (plan.counts.clients ?? 0)));

/**
 * A note that nobody has written before, with the canary that every document carries (rule of evidence 4).
 *
 * @param number unique for this worker
 */
export function newNote(worker: NeighbourWorker, number: number): Create {
  const { account } = worker.plan;
  const client = anyClient(worker);
  // A letter sorts after every digit, and so after every seeded note of this client.
  const id = `${client.replace('cl-', 'no-')}-n${worker.number}-${number}`;
  return {
    kind: 'create',
    resource: 'notes',
    id,
    body: {
      canary: canaryOf({ account, collection: 'notes', id, version: 1 }),
      clientId: client,
      authorId: userId(worker.number),
      subject: 'Letter received',
      text: 'The client sent the signed agreement back. It was scanned and filed, and the review was moved forward.',
      createdAt: new Date().toISOString(),
    },
  };
}

/** One client after the other, as the people of the account under test: their client, its finances and notes, some of them written. */
export function* officeWork(worker: NeighbourWorker): Generator<Operation, never, Answer | undefined> {
  for (let number = 0; ; number += 1) {
    const client = anyClient(worker);
    yield { kind: 'read', resource: 'clients', id: client };
    yield { kind: 'join', resource: 'clients', child: 'finances', id: client };
    yield {
      ...{ kind: 'list', resource: 'notes', sort: '-id', limit: 10 },
      filter: { field: 'clientId', is: client },
    };
    // One write in seven requests, as the journey of the account under test.
    if (number % 2 === 0) yield newNote(worker, number);
  }
}

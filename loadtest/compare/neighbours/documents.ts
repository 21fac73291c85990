import { canaryOf, clientId, userId } from '../../../fixtures/index.ts';
import type { NeighbourWorker } from './profile.ts';

/** One of the account's clients, each as likely as any other. */
export const anyClient = ({ plan, uniform }: NeighbourWorker): string =>
  clientId(Math.floor(uniform() * plan.clients));

/**
 * A note that nobody has written before, with the canary that every document carries (design rule 4).
 *
 * @param number unique for this worker
 */
export function newNote(worker: NeighbourWorker, number: number): { id: string; body: object } {
  const { account } = worker.plan;
  const client = anyClient(worker);
  // A letter sorts after every digit, and so after every seeded note of this client.
  const id = `${client.replace('cl-', 'no-')}-n${worker.number}-${number}`;
  return {
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

import type { Operation } from '../../../reference-worker/target/index.ts';
import { accountOf, Client, type Target } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import {
  cachedEverywhere,
  type DocumentId,
  firstVersions,
  readUntilHit,
  shown,
  showsVersion,
} from './documents.ts';

export const deleteThenRead: Check = {
  id: 'cache/delete-then-read',
  title: 'A deleted document is gone for whoever holds the bookmark of the delete, in every PoP.',
  requirements: ['A8', 'A10', 'B4', 'B5'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'kv', 'read', 'put', 'delete'],
  method:
    'KV holds two documents in every PoP. One is deleted, the other is deleted in a batch; each is then read with the ' +
    "bookmark of that in every PoP, the writer's own included. The control reads without a bookmark where the " +
    'invalidation has not arrived, and is shown the deleted document from the cache.',
  async run(context) {
    const { target, evidence } = context;
    const account = accountOf(target, 'subject');
    const [origin, ...others] = target.pops;
    const documents = await firstVersions(context, ['alone', 'in-a-batch']);
    await cachedEverywhere(context, documents);
    const deleted = [];
    for (const [index, document] of documents.entries()) {
      const writer = new Client(target, account, origin);
      deleted.push({ document, writer, written: await writer.ask(removal(target, document, index)) });
    }
    for (const { document } of deleted)
      for (const pop of others) {
        const old = await readUntilHit(target, account, document, pop);
        evidence.control(`the cache in ${pop} holds the deleted document still`, showsVersion(old, 1), [old]);
      }
    for (const { document, writer, written } of deleted)
      for (const pop of target.pops) {
        const read = await writer.ask({ kind: 'read', ...document }, { pop });
        evidence.claim(
          `who has deleted a document does not see it in ${pop}`,
          read.answer.outcome === 'absent',
          {
            sentences: [
              `Because ${written.request.method} in ${written.pop} deleted the document and returned a bookmark, a read with that bookmark must find nothing.`,
              `However, in ${pop} it was shown ${shown(read)} (cache: ${read.answer.cache}).`,
            ],
            exchanges: [written, read],
          },
        );
      }
  },
};

function removal({ system }: Target, document: DocumentId, index: number): Operation {
  const removal = { kind: 'delete', ...document } as const;
  return index % 2 === 1 && system.routes.batch ? { kind: 'batch', writes: [removal] } : removal;
}

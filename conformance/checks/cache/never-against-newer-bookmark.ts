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

export const neverAgainstNewerBookmark: Check = {
  id: 'cache/never-against-newer-bookmark',
  title:
    'Who holds the bookmark of a write is never answered from a cache entry that is older than the write.',
  requirements: ['A10', 'A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'kv', 'read', 'put'],
  method:
    'KV holds the first version of several documents in every PoP. Each is then put, patched or put in a batch in one ' +
    'PoP, and read at once in the others, which the invalidation has not reached: with the bookmark of the write only ' +
    'the second version will do. The bookmarks are of consecutive commits, so that a comparison that is off by a few ' +
    'positions shows too. The control reads without a bookmark, and is given the old entry.',
  async run(context) {
    const { target, evidence, effort } = context;
    const { pops } = target;
    const account = accountOf(target, 'subject');
    const count = pops.length * (effort === 'fast' ? 1 : 3);
    const names = Array.from({ length: count }, (_, index) => `document-${index}`);
    const documents = await firstVersions(context, names);
    await cachedEverywhere(context, documents);

    const readings = [];
    for (const [index, document] of documents.entries()) {
      const [pop, ...others] = [...pops.slice(index % pops.length), ...pops.slice(0, index % pops.length)];
      const writer = new Client(target, account, pop);
      const written = await writer.ask(
        secondVersion(target, document, index + Math.floor(index / pops.length)),
      );
      readings.push(...others.map((other) => ({ document, writer, written, pop: other })));
    }
    // All of the controls first: the claims let time pass, and with it the old state of the replicas.
    for (const { document, pop } of readings) {
      const old = await readUntilHit(target, account, document, pop);
      evidence.control(`the cache in ${pop} holds version 1 still`, showsVersion(old, 1), [old]);
    }
    for (const { document, writer, written, pop } of readings) {
      const read = await writer.ask({ kind: 'read', ...document }, { pop });
      evidence.claim(
        `who holds the bookmark of version 2 is shown version 2 in ${pop}`,
        showsVersion(read, 2),
        {
          sentences: [
            `Because ${written.request.method} in ${written.pop} made version 2 and returned its bookmark, a read with that bookmark must show version 2.`,
            `However, in ${pop}, where the cache held version 1, it was shown ${shown(read)} (cache: ${read.answer.cache}).`,
          ],
          exchanges: [written, read],
        },
      );
    }
  },
};

/** One of the ways to make the second version that the target has. */
function secondVersion({ system }: Target, document: DocumentId, index: number): Operation {
  const put = { kind: 'put', ...document, body: { n: 2 } } as const;
  const ways = [put, { ...put, kind: 'patch' }, { kind: 'batch', writes: [put] }] as const;
  const known = ways.filter(({ kind }) => system.routes[kind]);
  return known[index % known.length] ?? put;
}

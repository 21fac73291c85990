import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { cachedResource, shown, showsVersion, strangerRead } from './documents.ts';

/** What remembers an absence has seen it by then. */
const READS = 3;

export const absenceCachedOverCreate: Check = {
  id: 'cache/absence-cached-over-create',
  title: 'That there was no document is not remembered against the bookmark of its creation, in any PoP.',
  requirements: ['A10', 'A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'kv', 'read', 'put', 'delete'],
  method:
    'A document that is not there is read in every PoP, several times, so that whatever remembers absence does: KV itself ' +
    'caches that a key is missing (developers.cloudflare.com/kv/concepts/how-kv-works). It is then put, and read with the ' +
    'bookmark of that in every PoP; the same after a delete and another put. The control reads without a bookmark, and ' +
    'is not shown it yet.',
  async run({ target, evidence, unique, effort }) {
    const account = accountOf(target, 'subject');
    for (const origin of effort === 'fast' ? target.pops.slice(0, 1) : target.pops) {
      const writer = new Client(target, account, origin);
      const document = { resource: cachedResource(target), id: unique(`late-${origin}`) } as const;
      for (const version of [1, 3]) {
        for (let reads = 0; reads < READS; reads++)
          for (const pop of target.pops) await writer.ask({ kind: 'read', ...document }, { pop });
        const written = await writer.ask({ kind: 'put', ...document, body: { n: version } });
        for (const pop of target.pops) {
          const before = await strangerRead(target, account, document, pop);
          evidence.control(`without a bookmark ${pop} does not show it yet`, !showsVersion(before, version), [
            before,
          ]);
        }
        for (const pop of target.pops) {
          const read = await writer.ask({ kind: 'read', ...document }, { pop });
          const what = version === 1 ? 'created' : 'created again';
          evidence.claim(`who has ${what} a document is shown it in ${pop}`, showsVersion(read, version), {
            sentences: [
              `Because PUT in ${written.pop} made version ${version} and returned its bookmark, a read with that bookmark must show it.`,
              `However, in ${pop}, where the document had been read while it was absent, the answer was ${shown(read)} (cache: ${read.answer.cache}).`,
            ],
            exchanges: [written, read],
          });
        }
        await writer.ask({ kind: 'delete', ...document });
      }
    }
  },
};

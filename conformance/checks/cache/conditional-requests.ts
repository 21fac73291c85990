import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { cachedEverywhere, firstVersions, shown, showsVersion } from './documents.ts';

export const conditionalRequests: Check = {
  id: 'cache/conditional-requests',
  title:
    "An ETag is compared with the version at the client's bookmark, not with the one that a cache remembers.",
  requirements: ['A10', 'B3', 'B4', 'B5'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'kv', 'read', 'put'],
  method:
    'KV holds the first version of a document in every PoP. After a write elsewhere, a client with its bookmark asks with ' +
    'the first ETag: alone, weak, and in a list (RFC 9110, section 13.1.2), and gets the new body; If-Match with the first ' +
    'ETag fails (section 13.1.1). The controls: without a bookmark the first ETag is still current, and with it the second ' +
    'one gets a 304.',
  async run(context) {
    const { target, evidence } = context;
    const account = accountOf(target, 'subject');
    const documents = await firstVersions(context, ['changed']);
    await cachedEverywhere(context, documents);
    const [document] = documents;
    if (!document) throw new Error('a document was asked for');
    const [origin, ...others] = target.pops;
    const writer = new Client(target, account, origin);
    const read = { kind: 'read', ...document } as const;
    const first = (await writer.ask(read)).answer.etag ?? '';
    const written = await writer.ask({ kind: 'put', ...document, body: { n: 2 } });
    const second = written.answer.etag ?? '';
    for (const pop of others) {
      const old = await new Client(target, account, pop).ask({ ...read, ifNoneMatch: first });
      evidence.control(
        `in ${pop} the first ETag is current without a bookmark`,
        old.response.status === 304,
        [old],
      );
    }
    const because = `Because ${second} is the ETag of the version at the client's bookmark`;
    for (const pop of others) {
      for (const ifNoneMatch of [first, `W/${first.replace(/^W\//, '')}`, `${first}, "0"`]) {
        const fresh = await writer.ask({ ...read, ifNoneMatch }, { pop });
        evidence.claim(`If-None-Match: ${ifNoneMatch} in ${pop} gets the new body`, showsVersion(fresh, 2), {
          sentences: [
            `${because}, If-None-Match: ${ifNoneMatch} must get the new body.`,
            `However, what it got in ${pop} was ${shown(fresh)} (cache: ${fresh.answer.cache}).`,
          ],
          exchanges: [written, fresh],
        });
      }
      const failed = await writer.ask({ ...read, ifMatch: first }, { pop });
      evidence.claim(`If-Match: ${first} in ${pop} fails`, failed.response.status === 412, {
        sentences: [
          `${because}, If-Match: ${first} must fail.`,
          `However, what it got in ${pop} was ${shown(failed)} (cache: ${failed.answer.cache}).`,
        ],
        exchanges: [written, failed],
      });
      const current = await writer.ask({ ...read, ifNoneMatch: second }, { pop });
      evidence.control(`If-None-Match: ${second} in ${pop} gets a 304`, current.response.status === 304, [
        current,
      ]);
    }
  },
};

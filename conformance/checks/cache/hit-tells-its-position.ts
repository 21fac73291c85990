import { type Asked, accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { type DocumentId, firstVersions, shown, showsVersion, strangerRead, until } from './documents.ts';

export const hitTellsItsPosition: Check = {
  id: 'cache/hit-tells-its-position',
  title:
    'Who was answered from the cache never sees an older state afterwards, wherever the next request goes.',
  requirements: ['A10', 'A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'kv', 'read', 'put'],
  method:
    'The second version of a document is in the cache of one PoP, and not yet in the replica of another. Two clients are ' +
    'shown it by that cache, one that held no bookmark and one that held the bookmark of the first version, and go on to ' +
    'the PoP that is behind with the bookmark that the cached answer gave them (monotonic reads). The control comes there ' +
    'without a bookmark and is shown the first version.',
  async run(context) {
    const { target, evidence, effort } = context;
    const account = accountOf(target, 'subject');
    const near = target.pops[0];
    const far = target.pops.at(-1);
    const names = effort === 'fast' ? ['one'] : ['one', 'two', 'three'];
    const moves = [];
    for (const document of await firstVersions(context, names)) {
      const writer = new Client(target, account, near);
      const older = (await strangerRead(target, account, document, near)).answer.bookmark ?? null;
      await writer.ask({ kind: 'put', ...document, body: { n: 2 } });
      // The near replica has to catch up for it: the far one is behind still, and now the cache is not.
      await writer.ask({ kind: 'read', ...document });
      for (const [held, bookmark] of [
        ['no bookmark', null],
        ['the bookmark of version 1', older],
      ] as const) {
        const { client, hit } = await until(
          () => visit(document, bookmark),
          ({ hit }) => showsVersion(hit, 2) && hit.answer.cache !== 'miss' && hit.answer.cache !== 'bypass',
        );
        evidence.control(`a cache in ${near} shows version 2 to who holds ${held}`, showsVersion(hit, 2), [
          hit,
        ]);
        moves.push({ document, client, held, hit });
      }
    }
    for (const { document } of moves) {
      const behind = await strangerRead(target, account, document, far);
      evidence.control(`${far} is behind: it shows version 1`, showsVersion(behind, 1), [behind]);
    }
    // All at once: the first that has to wait lets the time pass in which the replica catches up.
    const reads = await target.settle(
      Promise.all(
        moves.map(({ client, document }) =>
          client.begin({ kind: 'read', ...document }, far ? { pop: far } : {}),
        ),
      ),
    );
    for (const [index, read] of reads.entries()) {
      const { hit, held } = moves[index] ?? {};
      if (!hit) continue;
      evidence.claim(
        `who held ${held} and was shown version 2 by a cache goes on seeing it`,
        showsVersion(read, 2),
        {
          sentences: [
            `Because the client, which held ${held}, was shown version 2 in ${hit.pop} (cache: ${hit.answer.cache}), it must not be shown an older one.`,
            `However, ${read.pop} showed it ${shown(read)}: the answer from the cache had not told its position.`,
          ],
          exchanges: [hit, read],
        },
      );
    }

    async function visit(
      document: DocumentId,
      bookmark: string | null,
    ): Promise<{ client: Client; hit: Asked }> {
      const client = new Client(target, account, near);
      return { client, hit: await client.ask({ kind: 'read', ...document }, { bookmark }) };
    }
  },
};

import { accountOf, Client, platformOf } from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { cachedResource, type DocumentId, shown, showsVersion, strangerRead } from './documents.ts';
import { type Aged, agedDocument } from './entries.ts';

export const kvGoingBack: Check = {
  id: 'cache/kv-going-back',
  title: 'A KV that goes back to an older value, or to nothing, takes nobody back who has seen more.',
  requirements: ['A10', 'A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'real-time',
  needs: ['operator', 'faults', 'kv', 'read', 'put'],
  method:
    'KV has held the first version of documents and holds the second, when it begins to answer with the value before the ' +
    'newest, as it may after a request reaches another of its stores. Two clients go on reading: one that wrote the second ' +
    'version, and one that was shown it by the cache and then once more with the bookmark that came with it. Then KV finds ' +
    'nothing at all. The control reads without a bookmark and is shown the first version.',
  async run(context) {
    const { target, evidence, unique, effort } = context;
    const account = accountOf(target, 'subject');
    const { control } = platformOf(target).platform;
    const count = effort === 'fast' ? 3 : 8;
    const age = (name: string): Promise<Aged> =>
      agedDocument(target, account, { resource: cachedResource(target), id: unique(name) });
    const aged = await Promise.all(Array.from({ length: count }, (_, index) => age(`document-${index}`)));
    const sessions = await Promise.all(aged.map((each) => sessionsOf(context, each)));
    try {
      await control.setFaults([{ id: 'back', kind: 'kv-stale-value' }]);
      // Before the claims, whose fills add a newer value: what goes back then goes back to the second version.
      const strangers = await Promise.all(
        aged.map(({ document }) => strangerRead(target, account, document)),
      );
      const isBack = strangers.some((read) => showsVersion(read, 1));
      evidence.control('without a bookmark KV shows version 1 again', isBack, strangers.slice(0, 1));
      await judge(
        'an older value',
        sessions.map(({ reader, writer }, index) => (index % 2 ? writer : reader)),
      );
      await control.setFaults([{ id: 'gone', kind: 'kv-stale-absence' }]);
      await judge(
        'nothing',
        sessions.map(({ reader, writer }, index) => (index % 2 ? reader : writer)),
      );
      const [gone] = await control.faultReports();
      evidence.control('KV was asked and found nothing', (gone?.count ?? 0) > 0);
    } finally {
      await control.setFaults([]);
    }

    async function judge(what: string, clients: readonly Client[]): Promise<void> {
      await Promise.all(
        aged.map(async ({ document }, index) => {
          const read = await clients[index]?.ask({ kind: 'read', ...document });
          if (read) claim(what, document, read);
        }),
      );
    }

    function claim(what: string, { id }: DocumentId, read: Awaited<ReturnType<typeof strangerRead>>): void {
      evidence.claim(
        `who has seen version 2 is shown it while KV answers with ${what}`,
        showsVersion(read, 2),
        {
          sentences: [
            `Because the client holds a bookmark of version 2 of ${id}, it must not be shown less, whatever KV answers with.`,
            `However, while KV answered with ${what}, it was shown ${shown(read)} (cache: ${read.answer.cache}).`,
          ],
          exchanges: [read],
        },
      );
    }
  },
};

/** Of who wrote the second version, and of who was shown it by the cache. */
async function sessionsOf(
  { target }: Context,
  { account, document, bookmark }: Aged,
): Promise<{ readonly writer: Client; readonly reader: Client }> {
  const [writer, reader] = [new Client(target, account), new Client(target, account)];
  await writer.ask({ kind: 'read', ...document }, { bookmark });
  await reader.ask({ kind: 'read', ...document });
  await reader.ask({ kind: 'read', ...document });
  return { writer, reader };
}

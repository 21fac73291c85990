import {
  type Asked,
  accountOf,
  Client,
  FAR_REPLICA,
  platformOf,
  type Target,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { type DocumentId, firstVersions, readUntilHit, shown, showsVersion, until } from './documents.ts';

/** Virtual time: the invalidation overtakes the fill that began before it, and the far replica is still behind. */
const SLOW = { invalidationMs: 100, fillMs: 400 } as const;

export const staleFillAfterInvalidation: Check = {
  id: 'cache/stale-fill-after-invalidation',
  title:
    'A slow reader that fills the cache with an old version, after the invalidation by a write, deceives nobody who knows of the write.',
  requirements: ['A10', 'A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'faults', 'kv', 'read', 'put'],
  method:
    'Two races, each decided by the stepped clock. Lag: nothing is cached, a document is written in one PoP, and a reader ' +
    'there whose replica is still behind fills the cache with the version before. Slow fill: a reader fills the cache ' +
    'with what it read before the write, but KV stores that only after the invalidation. Then the writer reads with its ' +
    'bookmark. The control reads without one and is given the old entry, so that it is there after the write.',
  async run(context) {
    const { target, evidence } = context;
    const account = accountOf(target, 'subject');
    const pop = target.pops.at(-1) ?? '';
    const documents = await firstVersions(context, ['lag', 'slow-fill']);
    for (const [index, race] of [write, writeDuringFill].entries()) {
      const document = documents[index];
      if (!document) throw new Error('two documents were asked for');
      const writer = new Client(target, account, pop);
      const written = await race(target, writer, document);
      const old = await readUntilHit(target, account, document, pop);
      evidence.control('the cache holds version 1 after the write of version 2', showsVersion(old, 1), [old]);
      const read = await writer.ask({ kind: 'read', ...document });
      evidence.claim(
        'the writer is shown version 2 after a late fill with version 1',
        showsVersion(read, 2),
        {
          sentences: [
            'Because the writer holds the bookmark of version 2, it must be shown version 2.',
            `However, a reader that was behind filled the cache after the invalidation, and the writer was shown ${shown(read)} (cache: ${read.answer.cache}).`,
          ],
          exchanges: [written, old, read],
        },
      );
    }
  },
};

// Begun, not asked: to wait by stepping the clock would let the fill end first.
const write = (_: Target, writer: Client, document: DocumentId): Promise<Asked> =>
  writer.begin({ kind: 'put', ...document, body: { n: 2 } });

/** Writes between the read of another client and the moment at which KV has stored what it read. */
async function writeDuringFill(target: Target, writer: Client, document: DocumentId): Promise<Asked> {
  const { control } = platformOf(target).platform;
  const underWay = async (): Promise<number> =>
    (await control.waiting()).filter(({ namespace }) => namespace !== undefined).length;
  const slow = { kind: 'kv-slow' } as const;
  await control.setFaults([
    FAR_REPLICA,
    { ...slow, id: 'slow-invalidation', operation: 'delete', addMs: SLOW.invalidationMs },
    { ...slow, id: 'slow-fill', operation: 'put', addMs: SLOW.fillMs },
  ]);
  try {
    const reader = new Client(target, writer.account);
    await reader.begin({ kind: 'read', ...document }, { pop: target.pops.at(-1) ?? '' });
    await until(underWay, (count) => count > 0);
    const overtake = async (): Promise<void> => {
      await until(underWay, (count) => count > 1);
      await control.advance(SLOW.invalidationMs);
      await control.advance(SLOW.fillMs - SLOW.invalidationMs);
    };
    // Side by side: a Worker may answer only when its invalidation is done.
    const [written] = await Promise.all([write(target, writer, document), overtake()]);
    return written;
  } finally {
    await control.setFaults([FAR_REPLICA]);
  }
}

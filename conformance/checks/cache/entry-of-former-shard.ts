import {
  type Asked,
  accountOf,
  administrationOf,
  Client,
  platformOf,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { withAccounts } from '../kit/index.ts';
import { cachedResource, readUntilHit, shown, strangerRead, until } from './documents.ts';
import { cachedEntry, cacheEntryOf } from './entries.ts';

/** Longer than a Worker may remember where an account is. */
const FORGOTTEN_MS = 120_000;
const FORMER = { at: 'the former shard' };
const NEW = { at: 'the new shard' };

export const entryOfFormerShard: Check = {
  id: 'cache/entry-of-former-shard',
  title: 'After an account has moved, what was cached from its former shard is not served.',
  requirements: ['A1', 'A10', 'B5'],
  severity: 'high',
  environment: 'real-time',
  needs: ['operator', 'faults', 'signing', 'kv', 'elsewhere', 'read', 'put'],
  method:
    'An account made for this check has a document on one shard, and an entry of it in KV. The account moves to another ' +
    'shard of the same deployment, where the document has other content, and the clock of the Worker goes ahead, so that it ' +
    'looks the account up again. Positions of two databases do not compare: the entry is served neither without a bookmark ' +
    'nor with one of the new shard. The controls: before the move the entry is served, and the move takes effect.',
  async run(context) {
    const { target, evidence, unique } = context;
    const { platform, shardOf } = platformOf(target);
    const { control } = platform;
    const document = { resource: cachedResource(target), id: unique('document') } as const;
    const id = unique('moving');
    const home = shardOf(accountOf(target, 'subject').id);
    await withAccounts(target, [{ id, shardId: home }], async (account) => {
      if (!account) throw new Error('one account was asked for');
      await new Client(target, account).ask({ kind: 'put', ...document, body: FORMER });
      const kept = await cachedEntry(target, account, document);
      const hit = await readUntilHit(target, account, document);
      evidence.control('before the move the entry is served', placeOf(hit) === FORMER.at, [hit]);

      const shard = shardOf(accountOf(target, 'elsewhere').id);
      await administrationOf(target).setShard(account.id, shard);
      await control.setFaults([{ id: 'later', kind: 'clock-skew', skewMs: FORGOTTEN_MS }]);
      const session = new Client(target, account);
      const written = await session.ask({ kind: 'put', ...document, body: NEW });
      const isFirst = written.answer.documents[0]?.version === 1;
      evidence.control('after the move a put makes version 1, on the new shard', isFirst, [written]);
      // Its invalidation comes after the response; the entry is put back when that is over.
      const entry = cacheEntryOf(target, account, document);
      await until(entry.get, (found) => found === undefined);
      for (const who of ['without a bookmark', 'with the bookmark of the new shard'] as const) {
        await entry.put(kept);
        const read =
          who === 'without a bookmark'
            ? await strangerRead(target, account, document)
            : await session.ask({ kind: 'read', ...document });
        evidence.claim(`the entry of the former shard is not served ${who}`, placeOf(read) === NEW.at, {
          sentences: [
            'Because the account has moved to another shard, the entry from its former one tells nothing about its documents.',
            `However, a read ${who} was shown ${shown(read)} (cache: ${read.answer.cache}).`,
          ],
          exchanges: [written, read],
        });
      }
    }).finally(() => control.setFaults([]));
  },
};

const placeOf = ({ answer }: Asked): unknown => answer.documents[0]?.body?.at;

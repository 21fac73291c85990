import {
  accountOf,
  Client,
  FAR_REPLICA,
  platformOf,
  resourceNamed,
} from '../../../reference-worker/target/index.ts';
import { cachedEntry, cacheEntryOf, firstVersions } from '../cache/index.ts';
import type { Check } from '../check.ts';
import { documentBody } from '../kit/index.ts';
import { tablesHolding } from './at-rest.ts';

/** Virtual time: after it no copy of what was erased may be left, even if KV had lost the invalidation. */
const RETENTION_MS = 24 * 3_600_000;

export const erasedAtDelete: Check = {
  id: 'residency/erased-at-delete',
  title:
    'A delete erases what the document said: from its shard at once, and from KV within a day, whatever goes wrong.',
  requirements: ['A8', 'A10'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'operator', 'faults', 'kv', 'read', 'put', 'delete'],
  method:
    'A document with a secret text is cached and deleted, while KV refuses to delete anything. The operator looks for the ' +
    'text in every column of every table of the shard, and for the entry in KV after a day of virtual time. The controls: ' +
    'before the delete both were there, and right after it KV holds the entry still. What SQLite leaves in free pages of ' +
    'the file, and in the backups of Time Travel, cannot be seen from here.',
  async run(context) {
    const { target, evidence, unique } = context;
    const { platform, shardOf } = platformOf(target);
    const { control } = platform;
    const account = accountOf(target, 'subject');
    const client = new Client(target, account);
    const secret = `Confidential-${unique('erased')}`;
    const shard = shardOf(account.id);
    const [document] = await firstVersions(context, ['document']);
    if (!document) throw new Error('a document was asked for');
    const written = await client.ask({
      kind: 'put',
      ...document,
      body: documentBody(resourceNamed(target.system, document.resource), secret),
    });
    await client.ask({ kind: 'read', ...document });
    await cachedEntry(target, account, document);
    const before = await tablesHolding(target, shard, secret);
    evidence.control('the shard held the text before the delete', before.length > 0, [written]);

    await control.setFaults([FAR_REPLICA, { id: 'kept', kind: 'kv-error', operation: 'delete' }]);
    try {
      const deleted = await client.ask({ kind: 'delete', ...document });
      const after = await tablesHolding(target, shard, secret);
      evidence.claim('the shard holds nothing of a document that was deleted', after.length === 0, {
        sentences: [
          'Because the delete was acknowledged, what the document said must be gone (GDPR, article 17).',
          `However, the table ${after.join(', ')} of ${shard} holds its text still.`,
        ],
        exchanges: [deleted],
      });
      const { key, get } = cacheEntryOf(target, account, document);
      const kept = await get();
      evidence.control('KV, which has lost the invalidation, holds the entry', kept !== undefined, [deleted]);
      await control.advance(RETENTION_MS);
      const left = await get();
      evidence.claim('KV holds no entry of it a day later', left === undefined, {
        sentences: [
          'Because an invalidation may be lost, an entry must end by itself: nothing else ever removes it.',
          `However, a day after the delete KV holds ${key} still.`,
        ],
        exchanges: [deleted],
      });
    } finally {
      await control.setFaults([FAR_REPLICA]);
    }
  },
};

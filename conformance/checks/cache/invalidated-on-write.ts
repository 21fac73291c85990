import type { KvEntry, Write } from '../../../reference-worker/target/index.ts';
import { accountOf, Client, resourcesWith } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { cachedResource, type DocumentId, readUntilHit, showsVersion, until } from './documents.ts';
import { cachedEntry, cacheEntryOf } from './entries.ts';

const KINDS = ['put', 'patch', 'delete'] as const;
type Kind = (typeof KINDS)[number];

export const invalidatedOnWrite: Check = {
  id: 'cache/invalidated-on-write',
  title: 'Every kind of write takes the entries of what it has written out of the cache.',
  requirements: ['A10', 'B5'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['operator', 'kv', 'read', 'put', 'patch', 'delete', 'batch'],
  method:
    'In real time, without lag, documents of several resources are cached, and then put, patched and deleted, three by ' +
    'requests of their own and three together in one batch. Soon the operator must find none of their entries in KV: within ' +
    '3 s, where they would end by themselves after 60 s at the earliest. The controls: each entry was there before the ' +
    'write, and a document that nobody writes is served from there.',
  async run({ target, evidence, unique }) {
    const account = accountOf(target, 'subject');
    const writer = new Client(target, account);
    const entryIn = (document: DocumentId): Promise<KvEntry | undefined> =>
      cacheEntryOf(target, account, document).get();
    const prepare = async (resource: DocumentId['resource'], name: string): Promise<DocumentId> => {
      const document = { resource, id: unique(name) };
      await writer.ask({ kind: 'put', ...document, body: { n: 1 } });
      await cachedEntry(target, account, document);
      return document;
    };
    const alone = await Promise.all(
      KINDS.map(async (kind) => change(kind, await prepare(cachedResource(target), `alone-${kind}`))),
    );
    const resources = resourcesWith(target.system, { routes: ['read', ...KINDS] });
    const together = await Promise.all(
      KINDS.map(async (kind, index) =>
        change(
          kind,
          await prepare(resources.at(-1 - index)?.name ?? cachedResource(target), `together-${kind}`),
        ),
      ),
    );
    const untouched = await readUntilHit(target, account, await prepare(cachedResource(target), 'untouched'));
    evidence.control('a document that nobody writes is served from KV', showsVersion(untouched, 1), [
      untouched,
    ]);
    const before = await Promise.all([...alone, ...together].map(entryIn));
    evidence.control(
      'KV holds an entry of each document',
      before.every((entry) => entry !== undefined),
    );

    const written = await Promise.all(alone.map((write) => writer.ask(write)));
    const batch = await writer.ask({ kind: 'batch', writes: together });
    await Promise.all(
      [...alone, ...together].map(async (write, index) => {
        const old = before[index];
        const isGone = (entry: KvEntry | undefined): boolean => !old || !entry?.value.equals(old.value);
        const entry = await until(() => entryIn(write), isGone);
        const how = index < alone.length ? write.kind : `${write.kind} in a batch`;
        evidence.claim(`a ${how} takes the entry out of the cache`, isGone(entry), {
          sentences: [
            `Because the ${how} was answered seconds ago and nothing lags here, the entry must be gone (A10).`,
            `However, KV still holds the entry of ${write.resource}/${write.id} that was made before it.`,
          ],
          exchanges: [written[index] ?? batch],
        });
      }),
    );
  },
};

const change = (kind: Kind, document: DocumentId): Write =>
  kind === 'delete' ? { kind, ...document } : { kind, ...document, body: { n: 2 } };

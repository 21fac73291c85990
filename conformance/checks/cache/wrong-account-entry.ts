import { accountOf, Client, type Target, type TestAccount } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import type { DocumentId } from './documents.ts';
import { cachedResource, strangerRead } from './documents.ts';
import { agedDocument, cachedEntry, cacheEntryOf, oldEntryServed } from './entries.ts';

export const wrongAccountEntry: Check = {
  id: 'cache/wrong-account-entry',
  title: "Another account's cache entry is not served, even where it lies under the account's own key.",
  requirements: ['A2', 'A7', 'A10', 'B5'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'kv', 'another-account', 'read', 'put'],
  method:
    'Every account has a document under the same id, and each is cached. The operator then copies the entry of one account ' +
    'under the key of another, as a Worker that mixed up its keys would have: on the same shard, on another one, and on ' +
    "another deployment. Its own document must be read. The controls: an account's own entry that the operator has put " +
    'back is served, and so is the copied one where it belongs.',
  async run({ target, evidence, effort, unique }) {
    const subject = accountOf(target, 'subject');
    const pairs = target.accounts
      .flatMap((from) => target.accounts.map((to) => [from, to] as const))
      .filter(([from, to]) => from !== to && (effort === 'full' || from === subject || to === subject));
    const served = await oldEntryServed(
      target,
      await agedDocument(target, subject, { resource: cachedResource(target), id: unique('own') }),
    );
    evidence.control('an own entry that the operator has put back is served', served.answer.cache === 'hit', [
      served,
    ]);
    await Promise.all(
      pairs.map(async ([from, to]) => {
        const document = { resource: cachedResource(target), id: unique(`${from.id}-${to.id}`) } as const;
        await copyEntry(target, document, from, to);
        const theirs = await strangerRead(target, from, document);
        evidence.control(`${from.id} reads its own document`, ownerOf(theirs) === from.id, [theirs]);
        const read = await strangerRead(target, to, document);
        evidence.claim(`${to.id} is not served what ${from.id} has cached`, ownerOf(read) === to.id, {
          sentences: [
            `Because ${document.id} of ${to.id} belongs to ${to.id}, nothing else may be shown to it.`,
            `However, with the entry of ${from.id} under its key it was answered ${read.response.status} with the document of ${ownerOf(read)} (cache: ${read.answer.cache}).`,
          ],
          exchanges: [theirs, read],
        });
      }),
    );
  },
};

/** Both accounts have the document, and each has an entry of it: then one replaces the other. */
async function copyEntry(
  target: Target,
  document: DocumentId,
  from: TestAccount,
  to: TestAccount,
): Promise<void> {
  for (const account of [from, to])
    await new Client(target, account).ask({ kind: 'put', ...document, body: { owner: account.id } });
  await cachedEntry(target, to, document);
  const entry = await cachedEntry(target, from, document);
  await cacheEntryOf(target, to, document).put(entry);
}

const ownerOf = ({ answer }: Awaited<ReturnType<typeof strangerRead>>): unknown =>
  answer.documents[0]?.body?.owner;

import { z } from 'zod';
import type { KvEntry } from '../../../reference-worker/target/index.ts';
import {
  type Asked,
  accountOf,
  Client,
  resourcesWith,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { cachedResource, type DocumentId, shown, showsVersion } from './documents.ts';
import { type Aged, agedDocument, cachedEntry, oldEntryServed, putEntry } from './entries.ts';

const Metadata = z.record(z.string(), z.unknown());

export const wrongDocumentEntry: Check = {
  id: 'cache/wrong-document-entry',
  title:
    'A cache entry serves as nothing but what it was made for: its document, its version and its position.',
  requirements: ['A10', 'B3', 'B4', 'B5'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'kv', 'read', 'put'],
  method:
    'The operator keeps the entry of a first version while the second is written, and puts it back with each field of its ' +
    'metadata, and with all of them, replaced by those of the second version; an entry of another document of the ' +
    'resource, and of the same id in every other resource, are put there too. Each is read without a bookmark, and with ' +
    'that of the second version, which nothing but a true second version satisfies. The control: put back as it was, the ' +
    'old entry is served to whoever holds no bookmark.',
  async run({ target, evidence, unique }) {
    const account = accountOf(target, 'subject');
    const age = (name: string): Promise<Aged> =>
      agedDocument(target, account, { resource: cachedResource(target), id: unique(name) });
    const control = await age('control');
    const served = await oldEntryServed(target, control);
    evidence.control('the old entry, put back as it was, is served', showsVersion(served, 1), [served]);

    const strange = (document: DocumentId): Promise<KvEntry> => strangeEntry(target, account, document);
    const entries: Readonly<Record<string, (aged: Aged) => KvEntry | Promise<KvEntry>>> = {
      'of another document': ({ document }) => strange({ ...document, id: `${document.id}-other` }),
      ...Object.fromEntries(
        resourcesWith(target.system, { routes: ['read', 'put'] })
          .slice(1)
          .map(({ name }) => [
            `of the same id in ${name}`,
            ({ document }: Aged) => strange({ ...document, resource: name }),
          ]),
      ),
      'of version 1 with all the metadata of version 2': ({ old, current }) => ({
        ...current,
        value: old.value,
      }),
      ...changedFields(control),
    };
    const cases = Object.entries(entries).flatMap(([what, entry], index) =>
      [false, true].map((isHeld) => ({ what, entry, isHeld, name: `case-${index}-${isHeld}` })),
    );
    await Promise.all(
      cases.map(async ({ what, entry, isHeld, name }) => {
        const aged = await age(name);
        const placed = await entry(aged);
        const bookmark = isHeld ? aged.bookmark : null;
        const who = isHeld ? 'with the bookmark of version 2' : 'without a bookmark';
        const isRight = (read: Asked): boolean => showsVersion(read, 2) || (!isHeld && showsVersion(read, 1));
        const ask = (): Promise<Asked> =>
          new Client(target, account).ask({ kind: 'read', ...aged.document }, { bookmark });
        await putEntry(target, aged, placed);
        let read = await ask();
        if (isRight(read)) {
          // Once more: a busy Worker may not have waited for KV.
          await putEntry(target, aged, placed);
          read = await ask();
        }
        const holds = isRight(read);
        evidence.claim(`an entry ${what} is not believed ${who}`, holds, {
          sentences: [
            `Because the entry under the document's key was ${what}, a read ${who} must not be answered with it.`,
            `However, it was shown ${shown(read)} (cache: ${read.answer.cache}), while the document is at version 2 with {"n":2}.`,
          ],
          exchanges: [read],
        });
      }),
    );
  },
};

/** The entry of a document whose content no other one ever had. */
async function strangeEntry(target: Target, account: TestAccount, document: DocumentId): Promise<KvEntry> {
  await new Client(target, account).ask({ kind: 'put', ...document, body: { n: 7 } });
  return cachedEntry(target, account, document);
}

/** For each field of the metadata, whatever it is: the old entry with the newer field. */
function changedFields({ current }: Aged): Record<string, (aged: Aged) => KvEntry> {
  const metadataOf = ({ metadata = '{}' }: KvEntry) => Metadata.parse(JSON.parse(metadata));
  return Object.fromEntries(
    Object.keys(metadataOf(current)).map((field) => [
      `of version 1 with the ${field} of version 2`,
      (aged: Aged): KvEntry => {
        const mixed = { ...metadataOf(aged.old), [field]: metadataOf(aged.current)[field] };
        return { value: aged.old.value, metadata: JSON.stringify(mixed) };
      },
    ]),
  );
}

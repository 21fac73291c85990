import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { cachedResource, shown, showsVersion } from './documents.ts';
import { type Aged, agedDocument, oldEntryServed, putEntry } from './entries.ts';

export const forgedBookmark: Check = {
  id: 'cache/forged-bookmark',
  title:
    'A bookmark that is not genuine gets the newest state from the database, not an old one from the cache.',
  requirements: ['A10', 'B4', 'B5'],
  severity: 'high',
  environment: 'real-time',
  needs: ['bookmarks', 'operator', 'kv', 'another-account', 'read', 'put'],
  method:
    'KV holds the first version of documents that are at their second. Each is read with another bookmark that a client ' +
    "could make up or come by: garbage, D1's own words, its own old one with a changed position, signature or length, and " +
    'those of other accounts. Such a client may have been promised anything, so only the newest state is right. The ' +
    'controls: without a bookmark, and with the genuine one of the first version, the old entry is served.',
  async run({ target, evidence, unique }) {
    const account = accountOf(target, 'subject');
    const age = (name: string): Promise<Aged> =>
      agedDocument(target, account, { resource: cachedResource(target), id: unique(name) });
    const control = await age('control');
    for (const [what, bookmark] of [
      ['without a bookmark', null],
      ['with the genuine bookmark of version 1', control.oldBookmark],
    ] as const) {
      const served = await oldEntryServed(target, control, bookmark);
      evidence.control(`the old entry is served ${what}`, showsVersion(served, 1), [served]);
    }
    const forged = { ...forgeries(control.oldBookmark), ...(await foreignBookmarks()) };
    await Promise.all(
      Object.entries(forged).map(async ([what, bookmark], index) => {
        const aged = await age(`case-${index}`);
        await putEntry(target, aged, aged.old);
        const read = await new Client(target, account).ask({ kind: 'read', ...aged.document }, { bookmark });
        evidence.claim(`${what} gets the newest state`, showsVersion(read, 2), {
          sentences: [
            `Because ${what} is no bookmark of this account, nothing shows how old a state it may be answered with: only version 2, the newest, is right.`,
            `However, it was shown ${shown(read)} (cache: ${read.answer.cache}).`,
          ],
          exchanges: [read],
        });
      }),
    );

    async function foreignBookmarks(): Promise<Record<string, string>> {
      const others = target.accounts.filter(({ id }) => id !== account.id);
      const bookmarks = others.map(async (other) => {
        const client = new Client(target, other);
        await client.ask({ kind: 'put', resource: cachedResource(target), id: unique('theirs'), body: {} });
        return [`the bookmark of the account ${other.id}`, client.bookmark ?? ''] as const;
      });
      return Object.fromEntries(await Promise.all(bookmarks));
    }
  },
};

/** What a client can make of a genuine bookmark, or without one. */
function forgeries(genuine: string): Record<string, string> {
  // Not the last character: in base64 its last bits may count for nothing (RFC 4648, section 3.5).
  const place = genuine.length - 5;
  const turned = genuine.at(place) === 'A' ? 'B' : 'A';
  const [beginning = ''] = genuine.split('.');
  const made = {
    'an empty bookmark': '',
    garbage: 'zzz-not-a-bookmark',
    'the word first-unconstrained': 'first-unconstrained',
    'the word first-primary': 'first-primary',
    'the highest position': 'ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff',
    'an old bookmark with another end': genuine.slice(0, place) + turned + genuine.slice(place + 1),
    'an old bookmark that is cut short': genuine.slice(0, -1),
    'an old bookmark with more at its end': `${genuine}AAAA`,
    // No sign of Base64, in either alphabet (RFC 4648, sections 4 and 5): a decoder may break off there.
    'an old bookmark with a sign at its end': `${genuine}!`,
    'an old bookmark with a sign behind its last dot': genuine.replace(/[^.]*$/, '!$&'),
    'an old bookmark twice': `${genuine}, ${genuine}`,
    'an old bookmark up to its first dot': beginning,
    'an old bookmark with another beginning': `f${genuine.slice(1)}`,
  };
  return Object.fromEntries(Object.entries(made).filter(([, bookmark]) => bookmark !== genuine));
}

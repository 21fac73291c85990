import fc from 'fast-check';
import type { KvEntry } from '../../../reference-worker/target/index.ts';
import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import {
  cachedResource,
  type DocumentId,
  readUntilHit,
  shown,
  showsVersion,
  strangerRead,
} from './documents.ts';
import { cachedEntry, cacheEntryOf } from './entries.ts';

const FORGED_BODY = '{"n":1,"forged":true}';
const text = (value: string): Buffer => Buffer.from(value);

/** What a broken KV, another writer or an older release of the Worker may have left. */
const SPOILT: Readonly<Record<string, (entry: KvEntry, document: DocumentId) => KvEntry>> = {
  'a plain body': (entry) => ({ ...entry, value: text(FORGED_BODY) }),
  'a plain document': (entry, { id }) => ({
    ...entry,
    value: text(`{"id":"${id}","_version":1,"body":${FORGED_BODY}}`),
  }),
  'a plain body without metadata': () => ({ value: text(FORGED_BODY) }),
  nothing: (entry) => ({ ...entry, value: text('') }),
  'half of the entry': ({ value, ...entry }) => ({ ...entry, value: value.subarray(0, value.length / 2) }),
  'the entry and a byte': ({ value, ...entry }) => ({ ...entry, value: Buffer.concat([value, text('0')]) }),
  'its text in base64': ({ value, ...entry }) => ({ ...entry, value: text(value.toString('base64')) }),
  'the entry without metadata': ({ value }) => ({ value }),
  'metadata that are not JSON': ({ value }) => ({ value, metadata: '{' }),
  'metadata of another shape': ({ value }) => ({ value, metadata: '[1,null,{"version":"one"}]' }),
};

export const unsealedOrTamperedEntry: Check = {
  id: 'cache/unsealed-or-tampered-entry',
  title:
    'What KV returns is not believed unless the Worker itself has sealed it: the database answers instead.',
  requirements: ['A7', 'A10', 'B5'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'kv', 'read', 'put'],
  method:
    'The operator replaces the cache entries of documents: by plain text, nothing, a part of it, one byte more, missing and ' +
    'broken metadata, and with single bits of it turned at places that are drawn. Every document must be read as the ' +
    'database has it, without an error. The control: an entry that nobody has touched is served.',
  async run({ target, evidence, effort, unique, seed }) {
    const account = accountOf(target, 'subject');
    const writer = new Client(target, account);
    const create = async (name: string): Promise<DocumentId> => {
      const document = { resource: cachedResource(target), id: unique(name) } as const;
      await writer.ask({ kind: 'put', ...document, body: { n: 1 } });
      return document;
    };
    const untouched = await readUntilHit(target, account, await create('untouched'));
    evidence.control('an entry that nobody has touched is served', untouched.answer.cache === 'hit', [
      untouched,
    ]);
    const turns = fc.sample(fc.nat(), { seed, numRuns: effort === 'fast' ? 6 : 60 });
    const spoilt = {
      ...SPOILT,
      ...Object.fromEntries(turns.map((place) => [`the entry with bit ${place} turned`, turnBit(place)])),
    };
    await Promise.all(
      Object.entries(spoilt).map(async ([what, spoil], index) => {
        const document = await create(`case-${index}`);
        const entry = await cachedEntry(target, account, document);
        await cacheEntryOf(target, account, document).put(spoil(entry, document));
        const read = await strangerRead(target, account, document);
        const holds = showsVersion(read, 1) && read.answer.documents[0]?.body?.forged === undefined;
        evidence.claim(`the database answers where KV holds ${what}`, holds, {
          sentences: [
            `Because KV held ${what}, which the Worker never made, the database must answer: version 1 with {"n":1}.`,
            `However, a read was shown ${shown(read)} (cache: ${read.answer.cache}).`,
          ],
          exchanges: [read],
        });
      }),
    );
  },
};

/** @param place counted from the front, and round again */
const turnBit =
  (place: number) =>
  ({ value, ...entry }: KvEntry): KvEntry => {
    const turned = Buffer.from(value);
    const bit = place % (turned.length * 8);
    turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return { ...entry, value: turned };
  };

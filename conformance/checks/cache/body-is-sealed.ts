import { gzipSync } from 'node:zlib';
import type { KvEntry } from '../../../reference-worker/target/index.ts';
import {
  accountOf,
  administrationOf,
  Client,
  platformOf,
  resourcesWith,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { strangerRead, until } from './documents.ts';
import { shareARun, traceOfText } from './traces.ts';

/** Two random values share so many bytes in a row once in 2^100 times. */
const RUN_BYTES = 16;

export const bodyIsSealed: Check = {
  id: 'cache/body-is-sealed',
  title: 'What KV holds tells nothing of a document: neither its text nor that another one has the same.',
  requirements: ['A7', 'A8', 'A10'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'kv', 'another-account', 'read', 'put'],
  method:
    'KV promises no place in Europe, and more people can read it than the database. Documents of every resource, with one ' +
    'secret text, are read until they are cached; the operator then reads every new key, its value and its metadata, and ' +
    'looks for the text: as it is, in UTF-16, hex and base64, and compressed. Values of documents with the same text may ' +
    'share no 16 bytes in a row either: a key stream that is used twice (NIST SP 800-38D, section 8) lets whoever knows ' +
    'one of them read the other. The controls: there is a new key for each document, and a text that the operator has put ' +
    'there in each of these ways is found.',
  async run({ target, evidence, unique }) {
    const { operator } = platformOf(target).platform;
    const { namespace } = administrationOf(target).cache;
    const secret = `Confidential-${unique('diagnosis')}`;
    const resources = resourcesWith(target.system, { routes: ['read', 'put'] });
    const accounts = [accountOf(target, 'subject'), ...target.accounts.slice(1, 2)];
    const known = new Set(await operator.keys(namespace));
    const newEntries = (): Promise<readonly Held[]> => heldBeside(known);
    await Promise.all(accounts.flatMap((account) => [0, 1].map((copy) => cacheAll(account, copy))));
    const documents = accounts.length * 2 * resources.length;
    const entries = await until(newEntries, ({ length }) => length >= documents);
    evidence.control(`KV holds an entry of each of ${documents} documents`, entries.length >= documents);
    for (const { key, entry } of entries) {
      const [where, trace] =
        Object.entries({
          key: Buffer.from(key),
          value: entry.value,
          metadata: Buffer.from(entry.metadata ?? ''),
        })
          .map(([name, bytes]) => [name, traceOfText(bytes, secret)] as const)
          .find(([, found]) => found !== undefined) ?? [];
      evidence.claim('KV does not hold the text of a document', trace === undefined, {
        sentences: [
          'Because KV promises no place in Europe, and is read by whoever may read the namespace, no text of a document may be in it.',
          `However, the ${where} of ${key} holds the secret text of the document: ${trace}.`,
        ],
        exchanges: [],
      });
    }
    const twins = entries.flatMap((one, index) =>
      entries.slice(index + 1).filter((other) => shareARun(one.entry.value, other.entry.value, RUN_BYTES)),
    );
    evidence.claim('documents with the same text are not sealed to the same bytes', twins.length === 0, {
      sentences: [
        'Because the documents have the same text, their values share bytes only when a key stream was used twice.',
        `However, ${twins.length} pairs of values share ${RUN_BYTES} bytes in a row, as ${twins[0]?.key} does with another.`,
      ],
      exchanges: [],
    });
    await findPlaced();

    async function cacheAll(account: TestAccount, copy: number): Promise<void> {
      for (const { name: resource, document: bodyOf } of resources) {
        const document = { resource, id: unique(`copy-${copy}`) };
        await new Client(target, account).ask({ kind: 'put', ...document, body: bodyOf(secret) });
        await strangerRead(target, account, document);
      }
    }

    async function heldBeside(others: ReadonlySet<string>): Promise<readonly Held[]> {
      const keys = (await operator.keys(namespace)).filter((key) => !others.has(key));
      const held = keys.map(async (key) => ({ key, entry: await operator.get(namespace, key) }));
      return (await Promise.all(held)).filter((each): each is Held => each.entry !== undefined);
    }

    async function findPlaced(): Promise<void> {
      const json = JSON.stringify({ text: secret });
      const ways = { 'as it is': json, 'in base64': btoa(json), compressed: gzipSync(json) };
      for (const [way, value] of Object.entries(ways)) {
        const key = unique(way);
        await operator.put(namespace, key, { value: Buffer.from(value) });
        const entry = await operator.get(namespace, key);
        await operator.delete(namespace, key);
        const isFound = entry !== undefined && traceOfText(entry.value, secret) !== undefined;
        evidence.control(`a text that lies in KV ${way} is found`, isFound);
      }
    }
  },
};

interface Held {
  readonly key: string;
  readonly entry: KvEntry;
}

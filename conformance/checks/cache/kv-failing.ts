import type { Operation } from '../../../reference-worker/target/index.ts';
import { type Asked, accountOf, Client, platformOf } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { cachedResource, type DocumentId, shown, showsVersion, until } from './documents.ts';
import { cachedEntry } from './entries.ts';

const FAILURES: readonly (readonly [string, object])[] = [
  ['fails to read', { kind: 'kv-error', operation: 'get', status: 500 }],
  ['fails to store', { kind: 'kv-error', operation: 'put', status: 503 }],
  ['fails to delete', { kind: 'kv-error', operation: 'delete', status: 500 }],
  ['refuses to be written so often', { kind: 'kv-write-limit' }],
];

export const kvFailing: Check = {
  id: 'cache/kv-failing',
  title: 'A KV that fails fails no request and changes no answer.',
  requirements: ['A10', 'B4', 'B5'],
  severity: 'high',
  environment: 'real-time',
  needs: ['operator', 'faults', 'kv', 'read', 'put', 'patch', 'delete'],
  method:
    'KV answers with an error to every read, to every write, to every delete, and with 429 as for a key that is written ' +
    'more than once a second (developers.cloudflare.com/kv/platform/limits). Under each, a session reads, puts, patches, ' +
    'writes in a batch and deletes a document that is in the cache, and reads it after each step: no error, and nothing but its ' +
    'newest version. The control: KV was asked, and failed.',
  async run({ target, evidence, unique, effort }) {
    const account = accountOf(target, 'subject');
    const { control } = platformOf(target).platform;
    for (const [index, [what, fault]] of FAILURES.entries()) {
      const some = [target.pops[index % target.pops.length] ?? ''];
      const document = { resource: cachedResource(target), id: unique(`document-${index}`) } as const;
      const session = new Client(target, account);
      await session.ask({ kind: 'put', ...document, body: { n: 1 } });
      await cachedEntry(target, account, document);
      try {
        await control.setFaults([{ id: 'failure', ...fault }]);
        for (const [operation, expected, isRight] of storyOf(document, target.lacks('batch') === undefined)) {
          for (const pop of operation.kind === 'read' && effort === 'full' ? target.pops : some) {
            const asked = await session.ask(operation, { pop });
            evidence.claim(`a KV that ${what} changes nothing for a ${operation.kind}`, isRight(asked), {
              sentences: [
                `Because KV is an optional cache (A10), a ${operation.kind} must get ${expected} although KV ${what}.`,
                `However, it got ${shown(asked)} (status ${asked.response.status}, cache: ${asked.answer.cache}).`,
              ],
              exchanges: [asked],
            });
          }
        }
        const [failure] = await until(
          () => control.faultReports(),
          ([report]) => (report?.count ?? 0) > 0,
        );
        evidence.control(`KV was asked, and ${what}`, (failure?.count ?? 0) > 0);
      } finally {
        await control.setFaults([]);
      }
    }
  },
};

type Step = readonly [operation: Operation, expected: string, isRight: (asked: Asked) => boolean];

function storyOf(document: DocumentId, hasBatch: boolean): readonly Step[] {
  const isDone = ({ answer }: Asked): boolean => answer.outcome === 'ok';
  const write = (operation: Operation): Step => [operation, 'an answer that it is done', isDone];
  const read = (version: number): Step => [
    { kind: 'read', ...document },
    `version ${version}`,
    (asked) => showsVersion(asked, version),
  ];
  return [
    read(1),
    write({ kind: 'put', ...document, body: { n: 2 } }),
    read(2),
    write({ kind: 'patch', ...document, body: { n: 3 } }),
    read(3),
    ...(hasBatch
      ? [write({ kind: 'batch', writes: [{ kind: 'put', ...document, body: { n: 4 } }] }), read(4)]
      : []),
    write({ kind: 'delete', ...document }),
    [{ kind: 'read', ...document }, 'no document', ({ answer }) => answer.outcome === 'absent'],
  ];
}

import {
  accountOf,
  Client,
  changesDocuments,
  D1_READ_ATTEMPTS,
  type DocumentBody,
  familiesOf,
  type Operation,
  type Resource,
  resourceWith,
  type System,
  shardOfSubject,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, indexedFieldOf, type ScheduledFault, underFaults } from '../kit/index.ts';

/** Where nothing is stated. */
const READ_ATTEMPTS = 3;
const ROUTES = ['put', 'read', 'list', 'patch'] as const;

export const overloadNotAmplified: Check = {
  id: 'robustness/overload-not-amplified',
  title:
    'A Worker sends an overloaded database no more than it was asked: no retry, and no write twice ever.',
  requirements: ['A4', 'B8', 'B10'],
  severity: 'high',
  environment: 'real-time',
  needs: ['faults', ...ROUTES],
  method:
    'Each kind of request meets an overloaded database, then one whose connections are lost, and the platform counts ' +
    'what reaches the database. An overload is not retried, because retries are what keeps it overloaded ' +
    '(developers.cloudflare.com/d1/observability/debug-d1); a lost read at most as often as is stated, each time with the attempts of D1 itself; a write never. No page promises ' +
    'that an overloaded write was not done, so its outcome must be unknown.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const { readAttempts = READ_ATTEMPTS } = target.system.limits;
    const id = unique('document');
    const resource = resourceWith(target.system, { ids: 'client', routes: ROUTES, indexed: 1 });
    const body = documentBody(resource, id);
    const stored = await client.ask({ kind: 'put', resource: resource.name, id, body });
    evidence.control('the document is stored before', stored.answer.outcome === 'ok', [stored]);
    const database = shardOfSubject(target);
    const overloads: readonly ScheduledFault[] = [
      { id: 'queue-full', kind: 'overloaded', reason: 'too-many-queued', database },
      { id: 'queue-slow', kind: 'overloaded', reason: 'queued-too-long', database },
    ];
    const lost: ScheduledFault = { id: 'lost', kind: 'connection-lost', when: 'before', database };
    for (const planned of [...overloads, lost])
      for (const operation of operationsOn(target.system, resource, { id, body })) {
        if (target.lacks(operation.kind) !== undefined) continue;
        const isWrite = changesDocuments(operation);
        // Who writes may have been looked up in the same database: a read, which D1 itself tries again.
        const fault = planned === lost && isWrite ? { ...lost, access: 'write' as const } : planned;
        // Each attempt of the Worker at a read that is lost is several of D1's own.
        const most = isWrite || planned !== lost ? 1 : readAttempts * D1_READ_ATTEMPTS;
        const { result: asked, firings } = await underFaults(target, [fault], () => client.ask(operation));
        const times = most === 1 ? 'once' : `${most} times`;
        const what = planned === lost ? 'the connection is lost' : 'the database is overloaded';
        evidence.control(`a ${operation.kind} met this: ${what}`, firings > 0, [asked]);
        const sentences = [
          `Because ${what}, one ${operation.kind} is sent to it at most ${times}.`,
          `However, it was sent ${firings} times.`,
        ];
        evidence.claim(`a ${operation.kind} is sent at most ${times} when ${what}`, firings <= most, {
          sentences,
          exchanges: [asked],
        });
        evidence.claim(
          `a ${operation.kind} is not answered as done when ${what}`,
          asked.answer.outcome !== 'ok',
          [asked],
        );
        if (isWrite)
          evidence.claim(
            `the outcome of a ${operation.kind} is unknown when ${what}`,
            asked.answer.outcome === 'unknown',
            [asked],
          );
      }
  },
};

// No read by id: a cache may answer one without the database.
const operationsOn = (
  system: System,
  resource: Resource,
  { id, body }: { readonly id: string; readonly body: DocumentBody },
): readonly Operation[] => [
  { kind: 'list', resource: resource.name, filter: { field: indexedFieldOf(resource), is: id } },
  ...familiesOf(system, { joined: true })
    .slice(0, 1)
    .map(({ parent, child }) => ({ kind: 'join', resource: parent.name, id, child: child.name }) as const),
  { kind: 'create', resource: resource.name, id: `${id}-new`, body },
  { kind: 'put', resource: resource.name, id, body },
  { kind: 'patch', resource: resource.name, id, body },
  {
    kind: 'batch',
    writes: [id, `${id}-too`].map((each) => ({ kind: 'put', resource: resource.name, id: each, body })),
  },
  { kind: 'delete', resource: resource.name, id },
];

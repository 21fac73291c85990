import {
  type Asked,
  accountOf,
  type Batch,
  Client,
  type Resource,
  resourceWith,
  type Write,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, holds, underFaults } from '../kit/index.ts';
import { type NamedWriteFault, once, writeFaultsOf } from './write-faults.ts';

const KINDS = ['put', 'create', 'patch', 'delete'] as const;
type WriteKind = (typeof KINDS)[number];
const ROUTES = [...KINDS, 'read'] as const;
const AFTER = 'state-after';

export const noPartialBatch: Check = {
  id: 'robustness/no-partial-batch',
  title:
    'A batch is done whole or not at all when the database fails in the middle of it, and its answer says which.',
  requirements: ['B1', 'B3'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['faults', 'atomic-batches', 'batch', ...ROUTES],
  method:
    'A batch of a put, a creation, a patch and a deletion meets every fault of D1, for as long as it is tried, or at one ' +
    'attempt alone; one of a put and a patch, which could be done a second time, meets each at one attempt; and one whose ' +
    'last operation cannot be done meets none. Reads afterwards must find all of its effects, or none; all after an ' +
    'acknowledgement, none after a definite refusal; and none of them twice.',
  async run(context) {
    const { target, evidence } = context;
    let whole = 0;
    for (const fault of writeFaultsOf(target)) {
      const { firings, effects } = await meet(context, { fault, name: fault.fault.id });
      evidence.control(`a batch met this: ${fault.what}`, firings > 0);
      whole += effects;
      // A second attempt does not meet it any more.
      const passing = { ...fault, fault: once(fault), what: `once ${fault.what}` };
      await meet(context, { fault: passing, name: `${fault.fault.id}-once` });
      await meet(context, { fault: passing, name: `${fault.fault.id}-again`, kinds: ['put', 'patch'] });
    }
    evidence.control(
      'some of the batches that met a fault were done, and some were not',
      whole > 0 && whole < writeFaultsOf(target).length,
    );
    await meet(context, { name: 'refused' });
  },
};

interface Meeting {
  /** Undefined for a batch whose last operation cannot be done. */
  readonly fault?: NamedWriteFault;
  /** In the ids of its documents. */
  readonly name: string;
  /** What it is made of; all kinds unless told otherwise. */
  readonly kinds?: readonly WriteKind[];
}

/** @returns 1 in `effects` for a batch that was done whole */
async function meet(
  { target, evidence, unique }: Context,
  { fault, name, kinds = KINDS }: Meeting,
): Promise<{ firings: number; effects: 0 | 1 }> {
  const client = new Client(target, accountOf(target, 'subject'));
  const resource = resourceWith(target.system, { ids: 'client', routes: ROUTES });
  const { name: where } = resource;
  const idOf = (kind: string): string => unique(`${name}-${kind}`);
  const existing = kinds.filter((kind) => kind !== 'create').map(idOf);
  await Promise.all(
    existing.map((id) =>
      client.ask({ kind: 'put', resource: where, id, body: documentBody(resource, 'state-before') }),
    ),
  );
  const operation = batchOf(resource, kinds, idOf, fault === undefined);
  const { result: batch, firings } = await underFaults(target, fault ? [fault.fault] : [], () =>
    client.ask(operation),
  );
  const reads = await Promise.all(
    kinds.map((kind) => client.ask({ kind: 'read', resource: where, id: idOf(kind) })),
  );
  const done = reads.filter(isDone).length;
  const when = fault ? `when ${fault.what}` : 'when its last operation cannot be done';
  const sentences = [
    `The batch was sent, ${fault ? `and ${fault.what}` : 'and its last operation could not be done'}.`,
    `Because a batch is one transaction, and it was answered ${batch.response.status}, all of it is there or nothing.`,
    `However, reads afterwards show ${done} of its ${reads.length} effects, with versions ${versionsIn(reads)}.`,
  ];
  const claim = (text: string, holds: boolean) =>
    evidence.claim(`${text} ${when}`, holds, { sentences, exchanges: [batch, ...reads] });
  claim('a batch is done whole or not at all', done === 0 || done === reads.length);
  const { outcome } = batch.answer;
  const mayBeDone = outcome === 'ok' || outcome === 'unknown';
  claim('a batch that is said to be certainly not done has left nothing', mayBeDone || done === 0);
  claim('a batch that is acknowledged is there', outcome !== 'ok' || done === reads.length);
  const isOnce = reads.every(({ answer }) => (answer.documents[0]?.version ?? 0) <= 2);
  // Versions count writes only where they are promised to.
  if (target.lacks('versions') === undefined) claim('no effect of a batch happens twice', isOnce);
  return { firings, effects: done === reads.length ? 1 : 0 };
}

function batchOf(
  described: Resource,
  kinds: readonly WriteKind[],
  idOf: (kind: string) => string,
  isImpossible: boolean,
): Batch {
  const { name: resource } = described;
  const body = documentBody(described, AFTER);
  return {
    kind: 'batch',
    writes: [
      ...kinds.map(
        (kind): Write =>
          kind === 'delete' ? { kind, resource, id: idOf(kind) } : { kind, resource, id: idOf(kind), body },
      ),
      ...(isImpossible ? [{ kind: 'delete', resource, id: idOf('nobody') } as const] : []),
    ],
  };
}

const isDone = ({ operation, answer }: Asked): boolean =>
  'id' in operation && operation.id.endsWith('-delete')
    ? answer.outcome === 'absent'
    : holds(answer.documents[0], AFTER);

const versionsIn = (reads: readonly Asked[]): string =>
  reads.map(({ answer }) => answer.documents[0]?.version ?? 'none').join(', ');

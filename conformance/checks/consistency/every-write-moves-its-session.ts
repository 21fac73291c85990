import {
  type Asked,
  accountOf,
  Client,
  type Handle,
  LAGS,
  NeedNotMet,
  type Operation,
  type Resource,
  resourcesWith,
  routeTo,
} from '../../../reference-worker/target/index.ts';
import { clockOf } from '../../programs/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, holds, makeDocument, makerOf, operationOn, ownValue } from '../kit/index.ts';
import { FAR_POP } from './changed-documents.ts';

const WRITES = ['create', 'put', 'patch', 'delete'] as const;
type WriteKind = (typeof WRITES)[number];

export const everyWriteMovesItsSession: Check = {
  id: 'consistency/every-write-moves-its-session',
  title: 'After every kind of write, whatever answers it, its session finds it where no replica has it yet.',
  requirements: ['A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'sessions', 'read'],
  method:
    'For every kind of write of every resource: a session reads, so that it has a position, and then writes. At once it reads ' +
    'where the far replica answers, with the position that it has then, the document and a list that is searched for it. A ' +
    'write is told by a word of its own, so that no versions are needed, and by whatever answer: a redirect (303, 302) and 204 ' +
    'must carry the position as 201 does. The control: when all lag has passed, who has no position finds it too. What an ' +
    'answer that is not to a write must carry is for every-answer-carries-its-position, where there are versions.',
  async run(context) {
    const { system } = context.target;
    const all = resourcesWith(system, { routes: ['read'] }).flatMap((resource) =>
      WRITES.filter((kind) => isJudged(context, resource, kind)).map((kind) => ({ resource, kind })),
    );
    if (all.length === 0)
      throw new NeedNotMet(`needs a resource that can be read and written, and ${system.name} has none`);
    for (const { resource, kind } of all) await judgeWrite(context, resource, kind);
  },
};

const isJudged = ({ target: { system } }: Context, resource: Resource, kind: WriteKind): boolean =>
  makerOf(system, resource) !== undefined && routeTo(system, kind, resource.name) !== undefined;

async function judgeWrite(context: Context, resource: Resource, kind: WriteKind): Promise<void> {
  const { target, evidence, unique } = context;
  const { system } = target;
  const account = accountOf(target, 'subject');
  const session = new Client(target, account);
  const name = `${resource.name}-${kind}`;
  const wanted: Handle = { resource: resource.name, id: unique(name) };
  const isNew = kind === 'create';
  const made = isNew ? undefined : await makeDocument(session, system, wanted, unique(`${name}-before`));
  const before = made?.handle ?? wanted;
  // All replicas have it, and the session has the position of a read.
  await clockOf(target).advance(LAGS.farReplicaMs);
  await session.ask({ kind: 'read', ...before });
  const mark = unique(`${name}-after`);
  const write = await session.ask(
    operationOn(system, kind, before, documentBody(resource, mark, ownValue(resource, wanted.id))),
  );
  const isDone = write.answer.outcome === 'ok';
  evidence.served(`a ${kind} of ${resource.name} is done`, isDone, [write]);
  if (!isDone) return;
  const handle = { ...before, id: write.answer.documents[0]?.id ?? before.id };
  const shows = ({ answer }: Asked): boolean =>
    kind === 'delete'
      ? !answer.documents.some(({ id }) => id === handle.id)
      : // A list may name its documents alone.
        answer.documents.some(
          (document) => document.id === handle.id && (document.body === undefined || holds(document, mark)),
        );
  const reads = readsOf(context, resource, handle, mark, kind);
  const bookmark = session.bookmark ?? null;
  for (const [how, read] of reads) {
    const asked = await new Client(target, account, FAR_POP).ask(read, { bookmark });
    evidence.claim(`who has written by ${kind} of ${resource.name} finds it by ${how}`, shows(asked), {
      sentences: [
        `Because its session wrote ${handle.resource}/${handle.id} by ${write.request.method} and was answered ${write.response.status}, it must find that wherever it asks next.`,
        `However, in ${FAR_POP}, with ${bookmark === null ? 'no position, as no answer had given one' : 'the newest position that it was given'}, it was answered ${asked.response.status} as if it had not written.`,
      ],
      exchanges: [write, asked],
    });
  }
  await clockOf(target).advance(LAGS.farReplicaMs);
  for (const [how, read] of reads) {
    const later = await new Client(target, account, FAR_POP).ask(read);
    evidence.control(
      `when all lag has passed a stranger finds a ${kind} of ${resource.name} by ${how}`,
      shows(later),
      [later],
    );
  }
}

/** What must show a write: the document, and a list by a value that it has. */
function readsOf(
  { target: { system } }: Context,
  resource: Resource,
  handle: Handle,
  mark: string,
  kind: WriteKind,
): readonly (readonly [how: string, read: Operation])[] {
  const read = ['a read', { kind: 'read', ...handle }] as const;
  const [field] = resource.telling;
  // A patch may leave a field as it was, and what a deleted document held is not known from the deletion.
  const isFound = field !== undefined && (kind === 'create' || kind === 'put');
  if (!isFound || !routeTo(system, 'list', resource.name)) return [read];
  const is = documentBody(resource, mark)[field];
  if (typeof is !== 'string') return [read];
  return [read, ['a list', { kind: 'list', resource: resource.name, filter: { field, is } }]];
}

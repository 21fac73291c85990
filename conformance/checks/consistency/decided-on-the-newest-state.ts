import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
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
import { documentBody, holds, ownValue, store } from '../kit/index.ts';
import { FAR_POP } from './changed-documents.ts';
import { changesOf, type PlannedChange } from './changes.ts';

export const decidedOnTheNewestState: Check = {
  id: 'consistency/decided-on-the-newest-state',
  title: 'A write that depends on what is there is decided on the newest state, whichever replica is near.',
  requirements: ['B1', 'B3', 'B4'],
  severity: 'critical',
  environment: 'simulated-time',
  needs: ['lag', 'create', 'read'],
  promises: ['unique-ids', 'no-lost-changes'],
  method:
    'A document is made and changed at once; then, while no replica has it yet, a session that knows nothing of it asks where ' +
    'the far replica answers to make one of the same id, or with the same value of a field that is unique: that must be ' +
    'refused, or answered with what is there, and nothing may be lost. Likewise a second session changes another field, or ' +
    'adds an entry where documents grow, and the first change must stay. A Worker that looks at a replica before it writes ' +
    'acknowledges both and loses one. Later, when all lag has passed, the same create is judged again: that it is refused ' +
    'then, or answered with the first document, is the control.',
  async run(context) {
    const { target } = context;
    const hasIds = target.lacks('unique-ids') === undefined;
    const made = resourcesWith(target.system, { routes: ['create', 'read'] }).filter(
      ({ ids, unique }) => unique !== undefined || (hasIds && ids === 'client'),
    );
    const changed = target.lacks('no-lost-changes') === undefined ? await changedResources(context) : [];
    if (made.length + changed.length === 0)
      throw new NeedNotMet(
        `needs ids or a field that no two documents share, or changes of which none is lost, and ${target.system.name} promises neither`,
      );
    for (const resource of made) await judgeCreate(context, resource);
    for (const [resource, changes] of changed) await judgeChange(context, resource, changes);
  },
};

async function judgeCreate(context: Context, resource: Resource): Promise<void> {
  const { target, evidence, unique } = context;
  const account = accountOf(target, 'subject');
  const owner = new Client(target, account);
  const id = unique(`${resource.name}-taken`);
  const bodyOf = (mark: string): DocumentBody => documentBody(resource, mark, ownValue(resource, id));
  const create = (mark: string): Operation => ({
    kind: 'create',
    ...{ resource: resource.name, id, body: bodyOf(mark) },
  });
  const first = await owner.ask(create(unique('first')));
  const handle: Handle = { resource: resource.name, id: first.answer.documents[0]?.id ?? id };
  // Who promises no sessions need not find at once what it has made.
  const isChanged =
    target.lacks('sessions') === undefined && routeTo(target.system, 'patch', resource.name) !== undefined;
  const newest = unique(isChanged ? 'changed' : 'first');
  const patch: Operation = { kind: 'patch', ...handle, body: bodyOf(newest) };
  const change = isChanged ? await owner.ask(patch) : first;
  evidence.served(`a document of ${resource.name} is made and changed`, change.answer.outcome === 'ok', [
    first,
    change,
  ]);
  const second = await new Client(target, account, FAR_POP).ask(create(unique('second')));
  await clockOf(target).advance(LAGS.farReplicaMs);
  const kept = await owner.ask({ kind: 'read', ...handle });
  const isSame = ({ answer }: Asked): boolean =>
    answer.outcome !== 'ok' || answer.documents[0]?.id === handle.id;
  evidence.claim(
    `a create of what is there, asked where no replica has it yet, changes nothing of ${resource.name}`,
    holds(kept.answer.documents[0], newest) && isSame(second),
    {
      sentences: [
        `Because ${handle.resource}/${handle.id} was made and changed before, a create of the same ${resource.unique ?? 'id'} must be refused, or be answered with it, and leave it as it was.`,
        `However, in ${FAR_POP} it was answered ${second.response.status}, and later a read shows ${kept.response.body.slice(0, 300)}.`,
      ],
      exchanges: [first, change, second, kept],
    },
  );
  const later = await new Client(target, account, FAR_POP).ask(create(unique('later')));
  evidence.control(
    `a create of what every replica has makes no second one of ${resource.name}`,
    isSame(later),
    [later],
  );
}

type Changed = readonly [resource: Resource, changes: readonly PlannedChange[]];

/** Those whose documents can be changed in two ways. */
async function changedResources(context: Context): Promise<Changed[]> {
  const found: Changed[] = [];
  for (const resource of resourcesWith(context.target.system, { routes: ['patch', 'read'] }))
    found.push([resource, await changesOf(context, resource)]);
  return found.filter(([, changes]) => changes.length > 1);
}

/** Two sessions change a document one after the other, the second where no replica has the change of the first. */
async function judgeChange(
  context: Context,
  resource: Resource,
  [one, other]: readonly PlannedChange[],
): Promise<void> {
  if (!one || !other) return;
  const { target, evidence, unique } = context;
  const account = accountOf(target, 'subject');
  const owner = new Client(target, account);
  const id = unique(`${resource.name}-changed`);
  const { handle } = await store(context, owner, resource, { id, body: documentBody(resource, id) });
  await clockOf(target).advance(LAGS.farReplicaMs);
  const patch = (change: PlannedChange, mark: string): Operation => ({
    ...{ kind: 'patch', ...handle, body: change.body(mark) },
  });
  const marks = [unique('one'), unique('other')] as const;
  const first = await owner.ask(patch(one, marks[0]));
  const second = await new Client(target, account, FAR_POP).ask(patch(other, marks[1]));
  await clockOf(target).advance(LAGS.farReplicaMs);
  const kept = await new Client(target, account).ask({ kind: 'read', ...handle });
  const isDone = [first, second].map(({ answer }) => answer.outcome === 'ok');
  evidence.control(`two changes of ${resource.name} are acknowledged`, isDone.includes(true), [
    first,
    second,
  ]);
  const isKept = isDone.every((done, nth) => !done || holds(kept.answer.documents[0], marks[nth] ?? ''));
  evidence.claim(
    `a change of ${resource.name}, asked where no replica has the one before, leaves that as it was`,
    isKept,
    {
      sentences: [
        `Because both changes of ${handle.resource}/${handle.id} were acknowledged, both are to be there.`,
        `However, when all replicas had them, a read shows ${kept.response.body.slice(0, 300)}.`,
      ],
      exchanges: [first, second, kept],
    },
  );
}

import {
  type Asked,
  accountOf,
  Client,
  type Handle,
  NeedNotMet,
  type Operation,
  type Resource,
  resourcesWith,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, holds, store } from '../kit/index.ts';
import { changesOf, type PlannedChange } from './changes.ts';

const ROUNDS = { fast: 6, full: 24 } as const;

export const noLostChanges: Check = {
  id: 'consistency/no-lost-changes',
  title: 'Of several changes to one document that are under way together, none undoes another one.',
  requirements: ['B1', 'B3'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['no-lost-changes', 'patch', 'read'],
  method:
    'Sessions that know nothing of each other change one document at the same time: each another field, by PATCH, or each ' +
    'adds an entry of its own where documents grow. What was acknowledged must be there afterwards: a Worker that reads a ' +
    'document, changes it in its memory and writes the whole of it back loses one (CWE-362). One after the other all of ' +
    'them work, which is the control. A race that is rarer than this many rounds may go unseen.',
  async run(context) {
    const { system } = context.target;
    let judged = 0;
    for (const resource of resourcesWith(system, { routes: ['patch', 'read'] })) {
      const changes = await changesOf(context, resource);
      if (changes.length < 2) continue;
      judged += 1;
      for (let round = 0; round < ROUNDS[context.effort]; round += 1)
        await judgeRound(context, resource, changes, `${resource.name}-${round}`);
    }
    if (judged === 0)
      throw new NeedNotMet(
        `needs documents that grow, or of which PATCH changes two fields one by one, and ${system.name} has none`,
      );
  },
};

async function judgeRound(
  context: Context,
  resource: Resource,
  changes: readonly PlannedChange[],
  name: string,
): Promise<void> {
  const { target, evidence, unique } = context;
  const account = accountOf(target, 'subject');
  const owner = new Client(target, account);
  const { handle } = await store(context, owner, resource, {
    id: unique(name),
    body: documentBody(resource, unique(`${name}-first`)),
  });
  const planned = changes.map((change, nth) => ({ change, mark: unique(`${name}-change-${nth}-end`) }));
  const operation = ({ change, mark }: (typeof planned)[number]): Operation => ({
    kind: 'patch',
    ...handle,
    body: change.body(mark),
  });
  const asked = await Promise.all(
    planned.map((each) =>
      new Client(target, account).ask(operation(each), { bookmark: owner.bookmark ?? null }),
    ),
  );
  const done = planned.filter((_, nth) => asked[nth]?.answer.outcome === 'ok');
  const kept = await readAtTheEnd(context, owner, resource, handle, name);
  evidence.control(
    `several changes of ${resource.name} that are under way together are acknowledged`,
    done.length > 1,
    asked.slice(0, 1),
  );
  const lost = done.filter(({ mark }) => !holds(kept.answer.documents[0], mark));
  evidence.claim(
    `of changes to one document of ${resource.name} that are under way together, each that is acknowledged is there`,
    lost.length === 0,
    {
      sentences: [
        `Because ${done.length} of ${planned.length} changes of ${handle.resource}/${handle.id} were acknowledged, all of these are to be there.`,
        `However, ${lost.map(({ change }) => change.what).join(' and ')} ${lost.length === 1 ? 'is' : 'are'} not: ${kept.response.body.slice(0, 300)}.`,
      ],
      exchanges: [...asked, kept],
    },
  );
}

/** A write moves the session of the reader past all that has happened, so that no replica may hide it. */
async function readAtTheEnd(
  context: Context,
  reader: Client,
  resource: Resource,
  handle: Handle,
  name: string,
): Promise<Asked> {
  const later = context.unique(`${name}-later`);
  await store(context, reader, resource, { id: later, body: documentBody(resource, later) });
  return reader.ask({ kind: 'read', ...handle });
}

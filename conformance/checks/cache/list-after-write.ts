import type { Join, List } from '../../../reference-worker/target/index.ts';
import {
  type Asked,
  accountOf,
  Client,
  type Family,
  familiesOf,
  NeedNotMet,
  resourcesWith,
  type System,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { replicasCatchUp } from './documents.ts';

/** What remembers pages has seen them by then. */
const READS = 2;

export const listAfterWrite: Check = {
  id: 'cache/list-after-write',
  title: 'A list or a join with the bookmark of a write shows the write: no page is remembered against it.',
  requirements: ['A10', 'A11', 'B4', 'B5', 'B9'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'sessions', 'read', 'put', 'delete', 'list'],
  method:
    'The documents that belong to another one are listed, and joined to it where the target has a join, in every PoP and several times, so ' +
    'that whatever remembers pages does. One is then changed, one deleted and one added, and the pages are asked for again ' +
    'with the bookmark of the last write. The control asks without a bookmark and is shown the pages as they were.',
  async run({ target, evidence, unique }) {
    const account = accountOf(target, 'subject');
    const { parent, child, field, hasJoin } = familyIn(target.system);
    const owner = { resource: parent.name, id: unique('owner') } as const;
    const [origin] = target.pops;
    const writer = new Client(target, account, origin);
    const put = (name: string, n: number) =>
      writer.ask({
        kind: 'put',
        resource: child.name,
        id: unique(name),
        body: { ...child.document(`n${n}of-${unique(name)}`), [field]: owner.id },
      });
    const list = {
      kind: 'list',
      resource: child.name,
      filter: { field, is: owner.id },
    } as const;
    const pages: readonly (List | Join)[] = hasJoin
      ? [list, { kind: 'join', resource: parent.name, child: child.name, id: owner.id }]
      : [list];

    await writer.ask({ kind: 'put', ...owner, body: parent.document(owner.id) });
    for (const name of ['changed', 'deleted']) await put(name, 1);
    await replicasCatchUp(target);
    for (let reads = 0; reads < READS; reads++)
      for (const pop of target.pops)
        for (const page of pages) {
          await new Client(target, account, pop).ask(page);
          await writer.ask(page, { pop });
        }
    await put('changed', 2);
    await writer.ask({ kind: 'delete', resource: child.name, id: unique('deleted') });
    const written = await put('added', 1);

    const before = `${unique('changed')} 1, ${unique('deleted')} 1`;
    const after = `${unique('added')} 1, ${unique('changed')} 2`;
    const olds: Asked[] = [];
    for (const pop of target.pops)
      for (const page of pages) olds.push(await new Client(target, account, pop).ask(page));
    for (const pop of target.pops)
      for (const page of pages) {
        const read = await writer.ask(page, { pop });
        evidence.claim(
          `the ${page.kind} in ${pop} shows what its reader has written`,
          isListOf(read, after),
          {
            sentences: [
              `Because the last of the writes in ${written.pop} returned its bookmark, a ${page.kind} with that bookmark must show ${after}.`,
              `However, in ${pop} it showed ${itemsOf(read) || 'nothing'}.`,
            ],
            exchanges: [written, read],
          },
        );
      }
    if (olds.every((old) => isListOf(old, after)))
      throw new NeedNotMet('needs a Worker that shows who has no bookmark what a replica has');
    for (const old of olds) {
      const { kind } = old.operation;
      evidence.control(`without a bookmark the ${kind} in ${old.pop} is as it was`, isListOf(old, before), [
        old,
      ]);
    }
  },
};

/** A parent with children that are changed, deleted and listed; joined to it, where there are such. @throws NeedNotMet */
function familyIn(system: System): Family & { readonly hasJoin: boolean } {
  for (const joined of [true, false])
    for (const family of familiesOf(system, { joined })) {
      const [parents, children] = [['put'] as const, ['put', 'delete', 'list'] as const].map((routes) =>
        resourcesWith(system, { routes, ids: 'client' }),
      );
      if (parents?.includes(family.parent) && children?.includes(family.child))
        return { ...family, hasJoin: joined };
    }
  throw new NeedNotMet(
    `needs a resource that is put, deleted and listed, and whose documents belong to others, and ${system.name} has none`,
  );
}

/** Which document, and which of its writes; a list may name its documents alone. */
const itemsOf = ({ answer }: Asked): string =>
  answer.documents
    .map(({ id, body }) => `${id} ${/n(\d+)of-/.exec(JSON.stringify(body ?? null))?.[1] ?? 'untold'}`)
    .sort()
    .join(', ');

const isListOf = (asked: Asked, items: string): boolean =>
  asked.answer.outcome === 'ok' &&
  itemsOf(asked) ===
    (asked.answer.documents.some(({ body }) => body !== undefined)
      ? items
      : items.replaceAll(/ \d+/g, ' untold'));

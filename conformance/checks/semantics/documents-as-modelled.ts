import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  type Asked,
  accountOf,
  Client,
  familiesOf,
  type Handle,
  type OperationKind,
  type Resource,
  resourcesWith,
  resourceWith,
  routeTo,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { holds, makeChildren, makeDocument, takesAnyMember } from '../kit/index.ts';
import { CLAIMS, type ClaimName, type Complaint, learnAbsence } from './document-claims.ts';
import { DocumentTrial } from './document-trial.ts';
import type { ProgramStep } from './model.ts';
import { DIRECTED, type Offered, offeredPart, programsOf } from './programs.ts';

/** So many that some of them overlap wherever the Worker waits. */
const PATCHES_TOGETHER = 8;
const RUNS = { fast: 8, full: 40 } as const;
const LENGTH = { fast: 8, full: 12 } as const;

export const documentsAsModelled: Check = {
  id: 'semantics/documents-as-modelled',
  title:
    'Documents are made, replaced, merged and deleted as HTTP says: every answer is that of a small model.',
  requirements: ['B1', 'B2', 'B3'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['http-semantics', 'sessions', 'put', 'read'],
  promises: [
    'http-semantics',
    'merge-patch',
    'preconditions',
    'versions',
    'unique-ids',
    'atomic-batches',
    'no-lost-changes',
  ],
  method:
    'Programs of creates, puts, patches, deletes and batches on three documents, two of which have ids that differ in case ' +
    'alone, are run against the Worker and against a model of it: a map of documents, RFC 7396 and RFC 9110. After every ' +
    'write its documents are read, and at the end listed; outcome, status, Location, content, version and ETag are compared. ' +
    'First come programs in which each thing happens, then drawn ones; a failure is shrunk. A body that a Worker refuses ' +
    'with 4xx for what it says is no failure, as long as nothing has changed. Beside that, a document is not found as one of ' +
    'another resource, a parent without children is not answered as one that never was, and a deleted one is, and of patches of several members ' +
    'that are under way together, some of them in batches, none takes back another.',
  async run(context) {
    const { target, evidence, seed, effort, path, unique } = context;
    const wanted = { ids: 'client', routes: ['put', 'read'] } as const;
    const resource = resourceWith(target.system, wanted);
    const ownMembers = await judgePlain(context, resource);
    if (!ownMembers) return;
    await judgeOwnResource(context, resource);
    await judgeJoins(context);
    const isFree = await takesAnyMember(context, resource);
    if (isFree) await judgePatchesTogether(context, resource);
    const absence = await learnAbsence(context, resource);
    const offered = offeredBy(context, resource);
    const counts = { programs: 0, done: 0, refused: 0 };
    let found: Complaint | undefined;
    const property = fc.asyncProperty(programsOf(offered, LENGTH[effort]), async (program) => {
      counts.programs += 1;
      const trial = new DocumentTrial({
        target,
        resource,
        absence,
        isFree,
        ownMembers,
        mark: unique(`p${counts.programs}`),
      });
      const complaint = await trial.run(program);
      counts.done += trial.counts.done;
      counts.refused += trial.counts.refused;
      found = complaint ?? found;
      return !complaint;
    });
    const examples = DIRECTED.map((program): [readonly ProgramStep[]] => [offeredPart(program, offered)]);
    const details = await fc.check(property, {
      ...{ seed, numRuns: examples.length + RUNS[effort], examples },
      ...(path !== undefined && { path }),
    });
    // No complaint, and yet it failed: a request was not answered, which is no verdict on the Worker.
    if (details.failed && !found) throw details.errorInstance;
    for (const name of judgedClaims(context, resource, offered)) {
      const replay =
        details.counterexamplePath === null ? {} : { replay: `--path ${details.counterexamplePath}` };
      evidence.claim(CLAIMS[name], found?.claim !== name, {
        ...{ sentences: found?.sentences ?? [], exchanges: found?.exchanges ?? [] },
        ...replay,
      });
    }
    if (!found) evidence.control('some writes were done', counts.done > 0);
    // Without conditions and creates there is nothing that has to be refused, and no such claim.
    if (!found && (offered.demands || offered.writes.includes('create')))
      evidence.control('some writes had to be refused', counts.refused > 0);
    evidence.remark(
      `${counts.programs} programs: ${counts.done} writes were done, ${counts.refused} had to be refused.`,
    );
  },
};

/**
 * A document that the description itself makes is stored and read: without that nothing can be told.
 *
 * @returns the members that were added to it, or not given back as they were; undefined when it is not read at all
 */
async function judgePlain(
  { target, evidence, unique }: Context,
  resource: Resource,
): Promise<readonly string[] | undefined> {
  const client = new Client(target, accountOf(target, 'subject'));
  const handle = { resource: resource.name, id: unique('plain') };
  const mark = unique('plain');
  const body = resource.document(mark);
  const put = await client.ask({ kind: 'put', ...handle, body });
  const read = await client.ask({ kind: 'read', ...handle });
  const [document] = read.answer.documents;
  const isRead = document?.id === handle.id && holds(document, mark);
  if (!evidence.served('a document that the description makes is stored, and read', isRead, [put, read]))
    return undefined;
  const shown = document?.body ?? {};
  // Who promises to give back what was sent may add members, and change none.
  const mayChange = target.lacks('exact-json') !== undefined;
  return [...new Set([...Object.keys(body), ...Object.keys(shown)])].filter(
    (name) => !isDeepStrictEqual(body[name], shown[name]) && (mayChange || !(name in body)),
  );
}

/** What has one path has no other: an id is of its resource (RFC 9110, section 3.1). */
async function judgeOwnResource(
  { target, evidence, unique }: Context,
  { name, document }: Resource,
): Promise<void> {
  const client = new Client(target, accountOf(target, 'subject'));
  const id = unique('own-resource');
  await client.ask({ kind: 'put', resource: name, id, body: document(id) });
  for (const other of resourcesWith(target.system, { ids: 'client', routes: ['put', 'read'] })) {
    if (other.name === name) continue;
    const read = await client.ask({ kind: 'read', resource: other.name, id });
    evidence.claim(`a document of ${name} is not found as one of ${other.name}`, !isShown(read, id), [read]);
  }
}

const isShown = ({ answer }: Asked, id: string): boolean =>
  answer.outcome === 'ok' && answer.documents[0]?.id === id;

/** Who has no children is there all the same, and who was deleted is not, whatever children name it. */
async function judgeJoins({ target, evidence, unique }: Context): Promise<void> {
  const [family] = familiesOf(target.system, { joined: true });
  if (!family) return;
  const client = new Client(target, accountOf(target, 'subject'));
  const wished = { resource: family.parent.name, id: unique('childless') };
  const { handle, asked: made } = await makeDocument(client, target.system, wished, unique('childless'));
  if (made.answer.outcome !== 'ok') return;
  const joined = await client.ask({ kind: 'join', ...handle, child: family.child.name });
  evidence.claim(
    `a join of ${handle.resource} that have no ${family.child.name} does not say that they are not there`,
    joined.answer.outcome !== 'absent',
    [made, joined],
  );
  if (!routeTo(target.system, 'delete', handle.resource)) return;
  const never = { resource: handle.resource, id: unique('never-parent') };
  for (const parent of [handle, never]) await makeChildren(client, target.system, parent, parent.id);
  const deleted = await client.ask({ kind: 'delete', ...handle });
  // Children may keep their parent from being deleted.
  if (deleted.answer.outcome !== 'ok') return;
  const join = (parent: Handle) => client.ask({ kind: 'join', ...parent, child: family.child.name });
  const [gone, nobodys] = [await join(handle), await join(never)];
  evidence.claim(
    `a join of ${handle.resource} that were deleted is answered as one of those that never were`,
    gone.answer.outcome === nobodys.answer.outcome,
    [deleted, nobodys, gone],
  );
}

/** A patch is applied whole, whatever else is under way (RFC 5789, section 2): none takes back what another one did. */
async function judgePatchesTogether(context: Context, { name, document }: Resource): Promise<void> {
  const { target, evidence, unique } = context;
  const isPromised = (['merge-patch', 'no-lost-changes'] as const).every(
    (promise) => target.lacks(promise) === undefined,
  );
  if (!isPromised || !routeTo(target.system, 'patch', name)) return;
  const client = new Client(target, accountOf(target, 'subject'));
  const handle = { resource: name, id: unique('together') };
  await client.ask({ kind: 'put', ...handle, body: document(unique('together')) });
  const isBatched = target.lacks('batch') === undefined && target.lacks('atomic-batches') === undefined;
  const members = Array.from({ length: PATCHES_TOGETHER }, (_, index) => `member${index}`);
  const patches = await Promise.all(
    members.map((member, index) => {
      const patch = { kind: 'patch', ...handle, body: { [member]: true } } as const;
      return client.ask(isBatched && index % 2 === 0 ? { kind: 'batch', writes: [patch] } : patch);
    }),
  );
  const read = await client.ask({ kind: 'read', ...handle });
  const lost = members.filter(
    (member, index) =>
      patches[index]?.answer.outcome === 'ok' && read.answer.documents[0]?.body?.[member] !== true,
  );
  evidence.claim('of patches that are under way together none takes back another', lost.length === 0, {
    sentences: [
      `Because each patch of ${handle.id} names a member of its own, all that were acknowledged are there.`,
      `However, ${lost.join(', ')} is not.`,
    ],
    exchanges: [...patches, read],
  });
}

function offeredBy({ target }: Context, { name }: Resource): Offered {
  const has = (need: Parameters<typeof target.lacks>[0]): boolean => target.lacks(need) === undefined;
  const serves = (kind: OperationKind): boolean => routeTo(target.system, kind, name) !== undefined;
  return {
    writes: [
      'put',
      ...(serves('create') && has('unique-ids') ? (['create'] as const) : []),
      ...(serves('patch') && has('merge-patch') ? (['patch'] as const) : []),
      ...(serves('delete') ? (['delete'] as const) : []),
    ],
    batches: serves('batch') && has('atomic-batches'),
    demands: has('preconditions') && has('if-match') && has('versions'),
    awkwardNames: has('exact-json'),
  };
}

/** Those that a target's promises leave something to judge by. */
function judgedClaims(
  { target }: Context,
  { name, texts }: Resource,
  { writes, demands, batches }: Offered,
): readonly ClaimName[] {
  const isJudged: Partial<Record<ClaimName, boolean>> = {
    versions: target.lacks('versions') === undefined,
    conditions: demands,
    creates: writes.includes('create'),
    absence: writes.includes('delete'),
    batches,
    lists: texts.length > 0 && routeTo(target.system, 'list', name) !== undefined,
  };
  const isClaim = (claim: string): claim is ClaimName => Object.hasOwn(CLAIMS, claim);
  return Object.keys(CLAIMS)
    .filter(isClaim)
    .filter((claim) => isJudged[claim] ?? true);
}

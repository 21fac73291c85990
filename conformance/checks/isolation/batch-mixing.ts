import {
  type Asked,
  type Handle,
  type HttpRequest,
  isWrite,
  resourceNamed,
  routeTo,
  type System,
  type TestAccount,
  type Write,
} from '../../../reference-worker/target/index.ts';
import { bodyOf, holds, isSameVersion, operationOn } from '../kit/index.ts';
import { ACCOUNT_FIELDS } from './body-names-account.ts';
import { routesExcept } from './cases.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { type AttackVariant, tryVariants } from './variants.ts';

const inOperations = (field: string, { id }: TestAccount): AttackVariant => ({
  name: `${field}: ${id} in an operation`,
  change: ({ body }: HttpRequest) => ({ body: JSON.stringify(inLists(JSON.parse(body ?? '{}'), field, id)) }),
});

/** Adds a field to whatever stands in a list: to the operations, whatever a dialect calls the list. */
function inLists(json: unknown, field: string, value: string): unknown {
  if (Array.isArray(json)) return json.map((each) => ({ ...each, [field]: value }));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, inLists(each, field, value)]));
}

/**
 * An own write beside one that needs the other account's document: neither happens. What a Worker does for a document that
 * nobody has, as a PATCH that makes it (RFC 5789), it may do here.
 */
async function judgeAtomicity(testCase: TestCase, { target }: IsolationContext): Promise<void> {
  const { attacker, owner, resource } = testCase;
  const { system } = target;
  // The own document of a batch is looked for under the id that it was given.
  if (resourceNamed(system, resource).ids !== 'client') return;
  const isAtomic = target.lacks('atomic-batches') === undefined;
  const kinds = (['patch', 'delete'] as const).filter((kind) => routeTo(system, kind, resource));
  for (const kind of kinds) {
    const { own: ownOfNobody, batch: ofNobody } = await mixed(testCase, system, kind, 'nobodys');
    const isDone = ofNobody.answer.outcome === 'ok';
    const made = await testCase.make(owner, testCase.handle(`theirs-${kind}`));
    if (!made) throw new Error('a batch needs a document of the other account');
    const { handle: theirs } = made;
    const { own: read, batch } = await mixed(testCase, system, kind, 'mine', theirs);
    const isRefused = batch.answer.outcome !== 'ok' && read.answer.outcome === 'absent';
    const isAsNobodys =
      isDone && batch.answer.outcome === 'ok' && read.answer.outcome === ownOfNobody.answer.outcome;
    if (isAtomic)
      testCase.claim("a batch that needs another account's document does nothing", isRefused || isAsNobodys, {
        sentences: [
          `Because ${attacker.account.id} has no ${theirs.resource}/${theirs.id}, its batch must fail as a whole.`,
          `However, it answered ${batch.response.status}, and the own document in it answers ${read.response.status}.`,
        ],
        exchanges: [ofNobody, batch, read],
      });
    await testCase.make(owner, testCase.handle(`later-${kind}`));
    const kept = await owner.ask({ kind: 'read', ...theirs });
    const isKept = holds(kept.answer.documents[0], testCase.markOf(owner)) && isSameVersion(made.asked, kept);
    testCase.claim("a batch changes nothing of another account's", isKept, [batch, kept]);
  }
}

/** A batch of an own write and one of a document that the attacker has not: the other account's, or else nobody's. */
async function mixed(
  testCase: TestCase,
  system: System,
  kind: 'patch' | 'delete',
  name: string,
  theirs: Handle = testCase.handle(`${name}-${kind}-absent`),
): Promise<{ readonly own: Asked; readonly batch: Asked }> {
  const { attacker } = testCase;
  const mine = testCase.handle(`${name}-${kind}`);
  const change = operationOn(system, kind, theirs, bodyOf(system, theirs, 'of an intruder'));
  if (!isWrite(change)) throw new Error(`${kind} is no write`);
  const isPut = routeTo(system, 'put', mine.resource) !== undefined;
  const write: Write = {
    ...{ kind: isPut ? 'put' : 'create', ...mine, body: bodyOf(system, mine, testCase.markOf(attacker)) },
  };
  const batch = await attacker.ask({ kind: 'batch', writes: [write, change] });
  return { batch, own: await attacker.ask({ kind: 'read', ...mine }) };
}

export const batchMixing = isolationCheck({
  name: 'batch-mixing',
  title: 'A batch acts on one account, whatever its operations name, and does all of its writes or none.',
  severity: 'critical',
  needs: ['another-account', 'batch', 'read'],
  promises: ['atomic-batches'],
  leavesOut: [{ routes: routesExcept('batch'), because: 'they carry one operation, not several' }],
  method: `Batches whose operations name another account in a field of their own, and batches that put an own document and
patch or delete one that only the other account has. The first act on the own account or are refused; the second fail as a
whole where batches are promised to be atomic, and leave what is the other's.`,
  async judge(context) {
    await tryVariants({
      what: 'an operation that names another account',
      isRefused: false,
      variants: ({ owner }) => ACCOUNT_FIELDS.map((field) => inOperations(field, owner.account)),
    })(context);
    await eachCase(judgeAtomicity)(context);
  },
});

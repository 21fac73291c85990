import {
  type Asked,
  encode,
  type Handle,
  type HttpRequest,
  type Overrides,
} from '../../../reference-worker/target/index.ts';
import { holds, isSameVersion, type Made, makeDocument } from '../kit/index.ts';
import { coveringShare } from './cases.ts';
import { eachCase, type IsolationContext, type TestCase } from './isolation-check.ts';

/** What makes a request of the attacker look as if it were somebody else's, or meant for somebody else. */
export interface AttackVariant {
  /** As in `x-account-id: beech`. */
  readonly name: string;
  change(request: HttpRequest): Overrides;
  /** Where it is not as the plan says. */
  readonly isRefused?: boolean;
}

export interface VariedAttack {
  /** As in `a header that names another account`. */
  readonly what: string;
  /** Whether the request must be refused, or may be answered as if it were not varied. */
  readonly isRefused: boolean;
  variants(testCase: TestCase): readonly AttackVariant[];
}

/**
 * For every case: a document that both accounts have under one id, requests of the attacker in a share of the variants, which
 * covers every variant with every route and every attacker, and then what the owner still finds. With effort `full` the cases
 * of the covering array try every variant: every three of variant, route and account, as attacker or as owner, meet. That the owner succeeds with the same request, unvaried, is the control.
 */
export const tryVariants = (plan: VariedAttack) =>
  eachCase((testCase, context) => judgeCase(testCase, context, plan));

async function judgeCase(testCase: TestCase, context: IsolationContext, plan: VariedAttack): Promise<void> {
  const { owner, attacker, position } = testCase;
  const made = await testCase.make(owner, testCase.handle('both'));
  const handle = made?.handle ?? testCase.handle('both');
  await testCase.make(attacker, handle);
  const all = plan.variants(testCase);
  const tried: Asked[] = [];
  const isAll = context.effort === 'full' && position.isCore;
  for (const variant of isAll ? all : coveringShare(all, position))
    tried.push(await tryVariant(testCase, context, plan, handle, variant));
  await judgeKept(testCase, context, plan.what, { handle, made, tried });
}

async function tryVariant(
  testCase: TestCase,
  { target }: IsolationContext,
  plan: VariedAttack,
  handle: Handle,
  { name, change, isRefused = plan.isRefused }: AttackVariant,
): Promise<Asked> {
  const { attacker } = testCase;
  const operation = testCase.operation(handle);
  const overrides = change(encode(target.system, operation));
  const asked = await attacker.ask(operation, overrides);
  const leaks = testCase.leaks(asked);
  const { method, path } = asked.request;
  testCase.claim(`${plan.what} shows nothing of another account`, leaks.length === 0, {
    sentences: [
      `Because the token is that of ${attacker.account.id}, nothing of another account may be shown.`,
      `However, ${method} ${path} with ${name} answered ${asked.response.status} and shows ${leaks[0]}.`,
    ],
    exchanges: [asked],
  });
  if (isRefused)
    testCase.claim(`${plan.what} is refused`, isRefusal(asked) || (await isRefusedAsGet()), {
      sentences: [
        `Because nobody may act with ${name}, the request must be refused.`,
        `However, ${method} ${path} answered ${asked.response.status}.`,
      ],
      exchanges: [asked],
    });
  return asked;

  /** HEAD has no body to say so in: where a Worker does that with status 200, the GET of the same path tells. */
  async function isRefusedAsGet(): Promise<boolean> {
    if (method !== 'HEAD') return false;
    const got = await attacker.ask(operation, { ...overrides, method: 'GET' });
    return isRefusal(got) && got.response.status === asked.response.status;
  }
}

/**
 * An error page of what stands in front of a Worker is a refusal too, and so is "not found" (RFC 9110, section 15.5.4, on
 * hiding what is forbidden); that nothing changed is judged beside it.
 */
const isRefusal = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' ||
  answer.outcome === 'absent' ||
  (response.status >= 400 && (response.status < 500 || answer.unreadable !== undefined));

interface Kept {
  readonly handle: Handle;
  /** What the owner made; undefined where the case needs that there is no document. */
  readonly made: Made | undefined;
  readonly tried: readonly Asked[];
}

/** The owner's document is as it was made, and the owner's own request of the same kind works. */
export async function judgeKept(
  testCase: TestCase,
  { target }: IsolationContext,
  what: string,
  { handle, made, tried }: Kept,
): Promise<void> {
  const { owner } = testCase;
  const mark = testCase.markOf(owner);
  // A write moves the owner's session past everything that has happened on the shard, so that no replica may hide it.
  await makeDocument(owner, target.system, testCase.handle('later', handle.resource), mark);
  const kept = await owner.ask({ kind: 'read', ...handle });
  const isKept = made
    ? holds(kept.answer.documents[0], mark) && isSameVersion(made.asked, kept)
    : kept.answer.outcome === 'absent';
  testCase.claim(`${what} changes nothing of another account`, isKept, {
    sentences: [
      made
        ? `Because nobody else may write it, ${handle.resource}/${handle.id} of ${owner.account.id} must be as it was.`
        : `Because ${owner.account.id} made no ${handle.resource}/${handle.id}, it must have none.`,
      `However, ${owner.account.id} now reads ${kept.response.body}.`,
    ],
    exchanges: [...tried, kept],
  });
  const own = await owner.ask(testCase.operation(handle, mark));
  testCase.served('the owner succeeds with the same request', own.answer.outcome === 'ok', [own]);
}

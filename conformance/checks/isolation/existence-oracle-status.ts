import type { Asked } from '../../../reference-worker/target/index.ts';
import { differences, shapeOf, someOf } from './answers.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { compareExistence, formsOf } from './oracle.ts';

async function judgeCase(testCase: TestCase, { target: { system } }: IsolationContext): Promise<void> {
  let controls: readonly Asked[] = [];
  let isOwners = false;
  for (const form of formsOf(testCase, system, testCase.handle('')).keys()) {
    const { theirs, nobodys, ids, owners } = await compareExistence(testCase, system, { form });
    const none = [shapeOf(nobodys[0], [ids[1]]), shapeOf(nobodys[1], [ids[2]])] as const;
    const told = differences(shapeOf(theirs, [ids[0]]), none);
    testCase.claim('an id of another account is answered as one that nobody has', told.length === 0, {
      sentences: [
        `Because whether ${owners.account} has ${ids[0]} is not to be learnt, it must be answered as ${ids[1]} is, which nobody has.`,
        `However, ${theirs.request.method} ${theirs.request.path} differs in ${someOf(told)}.`,
      ],
      exchanges: [nobodys[0], theirs],
    });
    const owned = differences(shapeOf(owners, [ids[0]]), none);
    // Where every write is answered alike there is nothing to learn, and the owner's was done.
    isOwners ||= owned.length > 0 || owners.answer.outcome === 'ok';
    controls = [nobodys[0], owners];
  }
  // A condition may be one that nobody's request meets, as If-None-Match: * where the server makes ids.
  testCase.control('its owner is answered otherwise, or done its request, in some form', isOwners, controls);
}

export const existenceOracleStatus = isolationCheck({
  name: 'existence-oracle-status',
  title: 'No status, header or error tells whether another account has a document of an id.',
  severity: 'high',
  needs: ['another-account', 'read'],
  leavesOut: [],
  // Where the server makes ids, a create names none.
  suits: ({ ids }, route) => ids === 'client' || route !== 'create',
  method: `On every route, with every precondition that it takes: the answer to an id that the other account has is compared
with those to two ids of the same length that nobody has, header by header and field by field. What differs between those two
as well, as a date does, is not compared. Its owner is answered otherwise (CWE-203).`,
  judge: eachCase(judgeCase),
});

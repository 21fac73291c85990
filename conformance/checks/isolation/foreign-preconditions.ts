import {
  type Asked,
  type Handle,
  NeedNotMet,
  type Operation,
  type System,
} from '../../../reference-worker/target/index.ts';
import { bodyOf, makeDocument } from '../kit/index.ts';
import { differences, shapeOf, someOf } from './answers.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

/** More often than the subject, so that the versions differ. */
const THEIR_WRITES = 3;
/** Versions that neither account has. */
const NOBODYS = ['7', '8'] as const;

/** The requests of a kind that carry a version. */
function conditional(
  { route }: TestCase,
  system: System,
  handle: Handle,
  etag: string,
): readonly Operation[] {
  const body = bodyOf(system, handle, 'of an intruder');
  const ifMatch = { ifMatch: etag };
  switch (route) {
    case 'read':
      return [
        { kind: 'read', ...handle, ...ifMatch },
        { kind: 'read', ...handle, ifNoneMatch: etag },
      ];
    case 'put':
    case 'patch':
      return [{ kind: route, ...handle, body, ...ifMatch }];
    case 'delete':
      return [{ kind: 'delete', ...handle, ...ifMatch }];
    default:
      return [
        { kind: 'batch', writes: [{ kind: 'patch', ...handle, body, ...ifMatch }] },
        { kind: 'batch', writes: [{ kind: 'delete', ...handle, ...ifMatch }] },
      ];
  }
}

async function judgeCase(testCase: TestCase, { target: { system } }: IsolationContext): Promise<void> {
  const { attacker, owner } = testCase;
  const [both, only] = [testCase.handle('both'), testCase.handle('only')];
  for (let write = 0; write < THEIR_WRITES; write++)
    for (const handle of [both, only]) await makeDocument(owner, system, handle, testCase.markOf(owner));
  await makeDocument(attacker, system, both, testCase.markOf(attacker));
  // An answer to a write need not have one.
  const { etag } = (await owner.ask({ kind: 'read', ...both })).answer;
  const { etag: ownEtag } = (await attacker.ask({ kind: 'read', ...both })).answer;
  const isStrong = etag !== undefined && ownEtag !== undefined && !etag.startsWith('W/');
  if (!isStrong) throw new NeedNotMet('needs strong ETags: If-Match compares no others (RFC 9110, 13.1.1)');
  if (etag === ownEtag) throw new NeedNotMet('needs ETags that tell the versions of two accounts apart');
  // Like theirs in form: only its last digit or letter is another.
  const nobodys = NOBODYS.map((last) => String(etag).replace(/\w(?=\W*$)/, last));
  for (const handle of [both, only])
    for (const [index, operation] of conditional(testCase, system, handle, etag).entries()) {
      // Theirs in the middle, so that what changes with time differs between the other two as well.
      const tags = [nobodys[0] ?? '', etag, nobodys[1] ?? ''];
      const asked: Asked[] = [];
      for (const tag of tags)
        asked.push(await attacker.ask(conditional(testCase, system, handle, tag)[index] ?? operation));
      const [first, theirs, second] = asked.map((each, at) => shapeOf(each, [tags[at] ?? '']));
      if (!theirs || !first || !second) throw new Error('an answer is missing');
      const told = differences(theirs, [first, second]);
      testCase.claim("another account's version is answered as one that nobody has", told.length === 0, {
        sentences: [
          `Because ${etag} is a version of ${owner.account.id} only, it must mean nothing to ${attacker.account.id}.`,
          `However, the answers to ${etag} and ${nobodys[0]} differ in ${someOf(told)}.`,
        ],
        exchanges: asked,
      });
    }
  for (const operation of conditional(testCase, system, both, ownEtag).slice(0, 1)) {
    const own = await attacker.ask(operation);
    testCase.served('the own version is accepted', own.answer.outcome === 'ok', [own]);
  }
}

export const foreignPreconditions = isolationCheck({
  name: 'foreign-preconditions',
  title: "Another account's version of a document means nothing in If-Match and If-None-Match.",
  severity: 'high',
  needs: ['another-account', 'if-match', 'put', 'read'],
  isThinned: true,
  leavesOut: [
    { routes: ['list', 'join'], because: 'they show several documents, which have no common version' },
    { routes: ['create'], because: 'it demands that there is no document, hence no version' },
  ],
  method: `Both accounts have a document under one id at different versions, and one only the other account has. The attacker
sends the other's version as a precondition: every header and field of the answer is as for a version that nobody has. The
own version is accepted.`,
  judge: eachCase(judgeCase),
});

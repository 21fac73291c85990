import type { Asked, Client, Handle, System } from '../../../reference-worker/target/index.ts';
import { untilHit } from '../kit/index.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { compareExistence, type ExistenceComparison } from './oracle.ts';

/** What a busy machine does to one answer it does not do to that answer every time; an oracle answers every time. */
const ATTEMPTS = 6;

/** The owner reads its document until a cache has it, where the target has one and says so. */
const warm = (owner: Client, handle: Handle): Promise<Asked> =>
  untilHit(() => owner.ask({ kind: 'read', ...handle }));

/** Which way an answer took, as far as the target says: trips to the database, cache, position; but not how long. */
function wayOf({ answer, response }: Asked): string {
  const trips =
    response.headers['server-timing']
      ?.replace(/dur=[\d.]+/g, 'dur')
      // Which copy of a database answers a session is chance: it differs between ids that nobody has as well.
      .replace(/"\w+ (?:primary|replica)"/g, '"a copy"') ?? 'not told';
  const isPositioned = answer.bookmark === undefined ? 'no' : 'a';
  return `trips ${trips}; cache ${answer.cache ?? 'not told'}; ${isPositioned} bookmark`;
}

interface Seen {
  readonly comparison: ExistenceComparison;
  /** The way of an id that the other account has, where it is not that of the ids that nobody has. */
  readonly otherWay: string | undefined;
}

async function look(testCase: TestCase, system: System, attempt: number): Promise<Seen> {
  const comparison = await compareExistence(testCase, system, { form: 0, attempt }, warm);
  const [theirs, first, second] = [comparison.theirs, ...comparison.nobodys].map(wayOf);
  // Where the answers to two ids that nobody has took different ways, a difference to a third says nothing.
  return { comparison, otherWay: first === second && theirs !== first ? theirs : undefined };
}

async function judgeCase(
  testCase: TestCase,
  { evidence, target: { system } }: IsolationContext,
): Promise<void> {
  let seen = await look(testCase, system, 0);
  for (let attempt = 1; attempt < ATTEMPTS && seen.otherWay !== undefined; attempt += 1)
    seen = await look(testCase, system, attempt);
  const { theirs, nobodys, owners } = seen.comparison;
  const isSameWay = seen.otherWay === undefined;
  testCase.claim('an id of another account takes the way of one that nobody has', isSameWay, {
    sentences: [
      `Because a longer way takes longer, an id that only ${owners.account} has must take the way of one that nobody has.`,
      `However, ${ATTEMPTS} times in a row it was another: ${seen.otherWay}, and not ${wayOf(nobodys[0])}.`,
    ],
    exchanges: [nobodys[0], theirs],
  });
  // A second document of one id may be refused, as it should, or not.
  const isTheirs =
    owners.answer.outcome === 'ok' || (testCase.route === 'create' && owners.answer.outcome === 'refused');
  testCase.control('its owner has it', isTheirs, [owners]);
  if (!nobodys[0].response.headers['server-timing'])
    evidence.remark(`No Server-Timing (${testCase.name}): only the cache and the bookmark were compared.`);
}

export const existenceOracleTiming = isolationCheck({
  name: 'existence-oracle-timing',
  title: 'An id of another account takes the same way through caches and databases as one that nobody has.',
  severity: 'medium',
  needs: ['another-account', 'read'],
  isThinned: true,
  leavesOut: [],
  // Where the server makes ids, a create names none.
  suits: ({ ids }, route) => ids === 'client' || route !== 'create',
  method: `On every route, an id that the other account has, and that a cache holds for it, takes the same trips to databases
and caches as ids that nobody has, by the target's own evidence headers. Durations are not compared: at this size they are
noise. A way that is another only once, as on a busy machine, is not told from noise either, and one that the evidence does
not name goes unseen (CWE-208).`,
  judge: eachCase(judgeCase),
});

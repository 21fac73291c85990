import {
  type Asked,
  accountOf,
  Client,
  LAGS,
  NeedNotMet,
  shardOfSubject,
} from '../../../reference-worker/target/index.ts';
import { clockOf, SETTLE_MS, SteppedRun } from '../../programs/index.ts';
import type { Check, Context } from '../check.ts';
import { type ScheduledFault, underFaults } from '../kit/index.ts';
import { type Case, casesOf, changedDocuments, FAR_POP } from './changed-documents.ts';
import { CHANGES, type ChangedDocument, demandsOn, tellingsOf, type Way } from './told-states.ts';

/** After which the near replica has what was written, and the far one has not. */
const BETWEEN_LAGS_MS = (LAGS.nearReplicaMs + LAGS.farReplicaMs) / 2;

export const everyAnswerCarriesItsPosition: Check = {
  id: 'consistency/every-answer-carries-its-position',
  title:
    'Whatever kind of answer told a session a state, and whatever it asks for next, it never falls behind.',
  requirements: ['A11', 'B4', 'B5', 'B9'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['lag', 'faults', 'sessions', 'bookmarks', 'put', 'read'],
  method:
    'Documents are changed, deleted and created by one session. When the near replica has that and the far one has not, ' +
    'sessions that know nothing learn of it, each from one answer of another kind: a document, a HEAD, a 304, a 404, a failed ' +
    'precondition of a read or a write, a refused create or batch, a list, also an empty one or its second page, a join. Each then asks ' +
    'with the position of that answer where the far replica answers, for everything that could show the former state. ' +
    'Once more while connections to the database are lost more often than D1 itself tries again, and it is reset, or while it is overloaded. The controls: ' +
    'each kind of answer was of the new state, and without a position the far replica shows the former one.',
  async run(context) {
    const { evidence } = context;
    const database = shardOfSubject(context.target);
    const failing: readonly ScheduledFault[] = [
      { id: 'cut', kind: 'connection-lost', when: 'before', access: 'read', share: 0.7, database },
      { id: 'reset', kind: 'd1-error', error: 'storage-reset', access: 'read', share: 0.1, database },
    ];
    const overloaded: readonly ScheduledFault[] = [
      { id: 'overload', kind: 'overloaded', reason: 'too-many-queued', access: 'read', share: 0.4, database },
    ];
    let firings = 0;
    for (const [nth, cases] of casesOf(context.target).entries()) {
      await judge(context, `whole-${nth}`, cases, []);
      firings += await judge(context, `failing-${nth}`, cases, failing);
      firings += await judge(context, `overloaded-${nth}`, cases, overloaded);
    }
    evidence.control('the database failed while it was asked', firings > 0);
  },
};

/** One session that was told a state by one answer. */
interface Told {
  readonly changed: ChangedDocument;
  readonly way: Way;
  readonly asked: Asked;
  readonly bookmark: string | undefined;
}

/** @returns how often the faults fired */
async function judge(
  context: Context,
  name: string,
  cases: readonly Case[],
  faults: readonly ScheduledFault[],
): Promise<number> {
  const { target, evidence } = context;
  const account = accountOf(target, 'subject');
  const changed = await changedDocuments(context, name, cases);
  const run = new SteppedRun(clockOf(target));
  await run.pass(BETWEEN_LAGS_MS);
  for (const change of CHANGES) {
    const one = changed.find((each) => each.change === change);
    const [read] = one ? demandsOn(one) : [];
    if (!read) continue;
    const before = await new Client(target, account, FAR_POP).begin(read.operation);
    // One that asks the primary for whoever has no bookmark gives nobody an old state to fall behind to.
    if (read.isAfter(before))
      throw new NeedNotMet('needs a Worker that shows who has no bookmark what a replica has');
    evidence.control(
      `without a position ${FAR_POP} shows what was there before it was ${change}`,
      !read.isAfter(before),
      [before],
    );
  }
  const { firings } = await underFaults(target, faults, async () => {
    const told: (Told | undefined)[] = [];
    await run.requests(
      changed.map((each, nth) => {
        const way = tellingsOf(each, target.system)[cases[nth]?.telling ?? 0];
        const learner = new Client(target, account);
        const learn = async (): Promise<void> => {
          const asked = way && (await learner.begin(way.operation, way.overrides));
          if (way && asked && asked.answer.unreadable === undefined)
            told[nth] = { changed: each, way, asked, bookmark: learner.bookmark };
        };
        return [`learner ${nth}`, learn];
      }),
    );
    const read = told.filter((each) => each !== undefined);
    if (faults.length === 0)
      for (const { way, asked, changed } of read) {
        const isAfter = way.isAfter(asked);
        if (isAfter === undefined) continue;
        evidence.control(`${way.what} tells that a document was ${changed.change}`, isAfter, [asked]);
      }
    await demandOf(
      context,
      run,
      read.filter(({ way, asked }) => way.isAfter(asked)),
    );
  });
  return firings;
}

/** Everything is asked for before any time passes: the far replica has nothing new until then. */
async function demandOf(
  { target, evidence }: Context,
  run: SteppedRun,
  told: readonly Told[],
): Promise<void> {
  const account = accountOf(target, 'subject');
  const demanded = told.flatMap((each) => demandsOn(each.changed).map((demand) => ({ ...each, demand })));
  const answers: (Asked | undefined)[] = [];
  await run.requests(
    demanded.map(({ demand, bookmark }, nth) => {
      const client = new Client(target, account, FAR_POP);
      const overrides = { ...demand.overrides, bookmark: bookmark ?? null };
      const ask = async (): Promise<void> => {
        answers[nth] = await client.begin(demand.operation, overrides);
      };
      return [`demand ${nth}`, ask];
    }),
  );
  await run.pass(SETTLE_MS);
  for (const [nth, { changed, way, asked, bookmark, demand }] of demanded.entries()) {
    const read = answers[nth];
    // A database that fails may leave a request without an answer; such an error tells nothing of a document.
    if (!read || read.response.status >= 500) continue;
    const isAfter = demand.isAfter(read);
    if (isAfter === undefined) continue;
    const what = `a document was ${changed.change}`;
    const position =
      bookmark === undefined ? 'no bookmark, as that answer had none' : 'the bookmark of that answer';
    evidence.claim(`who was told by ${way.what} that ${what} finds it so by ${demand.what}`, isAfter, {
      sentences: [
        `Because ${way.what} in ${asked.pop} told with status ${asked.response.status} that ${what}, whoever got that answer must find it so from then on.`,
        `However, ${demand.what} in ${FAR_POP}, with ${position}, was answered with status ${read.response.status} as if it had not been.`,
      ],
      exchanges: [asked, read],
    });
  }
}

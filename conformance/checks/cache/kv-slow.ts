import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../../../reference-worker/target/index.ts';
import {
  type Asked,
  accountOf,
  Client,
  FAR_REPLICA,
  platformOf,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import {
  cachedEverywhere,
  type DocumentId,
  firstVersions,
  shown,
  showsVersion,
  strangerRead,
} from './documents.ts';

/** Real time. D1 answers within a few milliseconds (B7); the rest is for a busy machine. */
const LIMIT_MS = 3_000;
/** Virtual time: longer than any request. */
const SILENCE_MS = 60_000;

export const kvSlow: Check = {
  id: 'cache/kv-slow',
  title: 'A KV that does not answer holds up neither a read nor a write, and changes no answer.',
  requirements: ['A10', 'B5', 'B7'],
  severity: 'medium',
  environment: 'simulated-time',
  needs: ['lag', 'faults', 'kv', 'read', 'put', 'patch', 'delete'],
  method:
    'KV falls silent: on a clock that stands still its reads, writes and deletes do not end. A cached document is read, ' +
    'read with a bookmark, put, patched, written in a batch and deleted; each answer must come while KV is silent still, within 3 s of real time, and ' +
    'be right. Then KV answers what it was asked so long before, and other documents are read, of the account and of others: each answer is ' +
    'of the document that was asked for. The control: the requests did ask KV, and KV did not answer.',
  async run(context) {
    const { target, evidence } = context;
    const { control } = platformOf(target).platform;
    const documents = await firstVersions(context, ['read', 'written', 'next']);
    await cachedEverywhere(context, documents);
    const [read, written, next] = documents;
    if (!read || !written || !next) throw new Error('three documents were asked for');
    const client = new Client(target, accountOf(target, 'subject'));
    const batch: Operation = { kind: 'batch', writes: [{ kind: 'put', ...written, body: { n: 4 } }] };
    const steps: readonly (readonly [string, Operation, (answer: Asked) => boolean])[] = [
      ['a read', { kind: 'read', ...read }, (answer) => showsVersion(answer, 1)],
      ['a put', { kind: 'put', ...written, body: { n: 2 } }, ({ answer }) => answer.outcome === 'ok'],
      ['a patch', { kind: 'patch', ...written, body: { n: 3 } }, ({ answer }) => answer.outcome === 'ok'],
      ...(target.lacks('batch') === undefined
        ? [['a batch', batch, ({ answer }: Asked) => answer.outcome === 'ok'] as const]
        : []),
      ['a deletion', { kind: 'delete', ...written }, ({ answer }) => answer.outcome === 'ok'],
    ];
    await control.setFaults([FAR_REPLICA, { id: 'silence', kind: 'kv-slow', addMs: SILENCE_MS }]);
    try {
      for (const [what, operation, isRight] of steps) {
        const work = client.begin(operation);
        const inTime = await within(work, LIMIT_MS);
        // What waits for KV is let go, so that the witness shows what it would have answered.
        const asked = inTime ?? (await target.settle(work));
        evidence.claim(
          `${what} is answered rightly while KV is silent`,
          inTime !== undefined && isRight(asked),
          {
            sentences: [
              `Because KV is an optional cache (A10), ${what} must be answered without it, within ${LIMIT_MS} ms.`,
              `However, ${inTime ? `it was shown ${shown(asked)}` : 'the answer came only when KV answered'}.`,
            ],
            exchanges: [asked],
          },
        );
        if (inTime === undefined) break;
      }
      const [silence] = (await control.faultReports()).filter(({ id }) => id === 'silence');
      evidence.control('the requests asked KV, and it did not answer', (silence?.count ?? 0) > 0);
    } finally {
      await control.setFaults([FAR_REPLICA]);
      await control.advance(SILENCE_MS);
    }
    await judgeLateAnswers(context, next);
  },
};

/** An answer that nobody waits for any more belongs to who has asked, not to who asks next. */
async function judgeLateAnswers({ target, evidence }: Context, next: DocumentId): Promise<void> {
  for (const account of target.accounts)
    for (const pop of target.pops) {
      const asked = await strangerRead(target, account, next, pop);
      const isOwner = account === accountOf(target, 'subject');
      const [document] = asked.answer.documents;
      const isRight = isOwner ? document?.id === next.id : asked.answer.outcome === 'absent';
      evidence.claim(`when KV has answered late, ${account.id} is shown its own in ${pop}`, isRight, {
        sentences: [
          `Because ${account.id} asks for ${next.id}${isOwner ? '' : ', of which it has none'}, it must not be shown what KV had to say of another document.`,
          `However, it was shown ${shown(asked)}.`,
        ],
        exchanges: [asked],
      });
    }
}

/** @returns undefined when it takes longer; the work goes on */
async function within<Result>(work: Promise<Result>, limitMs: number): Promise<Result | undefined> {
  const over = new AbortController();
  const late = delay(limitMs, undefined, { signal: over.signal });
  // Nobody waits for the time limit any more when it is called off.
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

import { type Batch, Client, encode, routeTo, type Write } from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import { documentBody, whileShardIsSlow } from '../kit/index.ts';
import { CONDITIONED, type ConditionSubject, conditionedWrite } from './condition-subject.ts';
import { conditionsOn, mustBeDone } from './conditions.ts';

/** Writes on condition of one version that are under way together, and how often. */
const RACERS = 6;
const RACES = { fast: 4, full: 12 } as const;

const batchOf = (...writes: readonly Write[]): Batch => ({ kind: 'batch', writes });

/** Whether batches are promised to be done whole, and have words for a condition. */
function areConditioned({ target }: Context, subject: ConditionSubject): boolean {
  if (target.lacks('batch') !== undefined || target.lacks('atomic-batches') !== undefined) return false;
  const put = { kind: 'put', ...subject.handle, body: subject.body() } as const;
  const [plain, conditioned] = [batchOf(put), batchOf({ ...put, ifMatch: subject.etag })];
  return encode(target.system, plain).body !== encode(target.system, conditioned).body;
}

/** What a write of a batch demands in its own words, and not in a header, counts as much. */
export async function judgeBatches(context: Context, subject: ConditionSubject): Promise<void> {
  const { evidence, target } = context;
  if (!areConditioned(context, subject)) return;
  for (const method of CONDITIONED.filter((each) => routeTo(target.system, each, subject.handle.resource)))
    for (const index of conditionsOn(subject.etag).keys()) {
      const before = subject.etag;
      const condition = conditionsOn(before)[index];
      if (!condition) continue;
      const write = { ...conditionedWrite(subject, method), ifMatch: condition.value };
      const asked = await subject.client.ask(batchOf(write));
      const after = await subject.read();
      const isDone = after.answer.outcome === 'absent' || subject.etag !== before;
      const isNeeded = condition.ifMatch && mustBeDone('if-match', condition);
      const must = isNeeded ? 'is done' : condition.ifMatch ? 'is done or refused' : 'does not happen';
      const isRight = isDone ? condition.ifMatch : !isNeeded;
      evidence.claim(
        `a ${method} of ${before} in a batch, on condition of ${condition.value}, ${must}`,
        isRight && isDone === (asked.answer.outcome === 'ok'),
        [asked, after],
      );
      if (isDone && method === 'delete') await subject.restore();
    }
}

/** Each names the version that is there when they begin: what one has done makes the conditions of the others false. */
export async function judgeRaces(context: Context, subject: ConditionSubject): Promise<void> {
  const { evidence, target, effort, unique } = context;
  const isBatched = areConditioned(context, subject);
  const { handle, resource } = subject;
  for (let race = 0; race < RACES[effort]; race += 1) {
    await subject.read();
    const before = subject.etag;
    const asked = await whileShardIsSlow(target, () =>
      Promise.all(
        Array.from({ length: RACERS }, (_, racer) => {
          const put = { kind: 'put', ...handle, body: subject.body(), ifMatch: before } as const;
          const beside = {
            ...handle,
            id: unique(`beside-${race}-${racer}`),
            body: documentBody(resource, 'beside'),
          };
          const isInBatch = isBatched && race % 2 === 1;
          return new Client(target, subject.client.account).ask(
            isInBatch ? batchOf({ kind: 'put', ...beside }, put) : put,
          );
        }),
      ),
    );
    const done = asked.filter(({ answer }) => answer.outcome === 'ok');
    evidence.control(
      'of several writes on condition of one version one is done',
      done.length > 0,
      asked.slice(0, 1),
    );
    evidence.claim(
      'of several writes on condition of one version that are under way together one is done at most',
      done.length <= 1,
      {
        sentences: [
          `Because each of ${RACERS} names ${before}, and the first that is done makes another version of it, the others are refused.`,
          `However, ${done.length} were acknowledged.`,
        ],
        exchanges: done,
      },
    );
  }
}

import { type Asked, type Handle, type Operation, routeTo } from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody } from '../kit/index.ts';
import {
  CONDITIONED,
  type ConditionedMethod,
  ConditionSubject,
  conditionedWrite,
} from './condition-subject.ts';
import { conditionsOn, mustBeDone, type TagCondition } from './conditions.ts';
import { judgeBatches, judgeRaces } from './conditions-together.ts';

const HEADERS = ['if-match', 'if-none-match'] as const;
type Header = (typeof HEADERS)[number];

export const preconditions: Check = {
  id: 'semantics/preconditions',
  title:
    'If-Match and If-None-Match do what RFC 9110 says, with *, lists, weak tags and tags that are only alike.',
  requirements: ['B3'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['preconditions', 'if-match', 'sessions', 'put', 'read'],
  promises: ['preconditions'],
  method:
    'Reads, puts, patches and deletes of a document that is there, of one that was deleted and of one that never was carry ' +
    'each header with *, the current tag alone, in a list, and weakened, and with tags that a careless comparison takes for ' +
    'it: a prefix, a suffix, a longer one, one without quotes. A read answers 304, 412 or the document (sections 13.1.1, ' +
    '13.1.2, 13.2.2); a write whose condition is false, or one of two, does not happen. A write whose condition is a list ' +
    'may be refused with 4xx, but never as if it were not there, and 412 is for what is false (section 15.5.13). A batch ' +
    'is held to the same, and of several writes that are under way together on condition of one version only one is done.',
  async run(context) {
    const subject = await ConditionSubject.create(context);
    if (!subject) return;
    await judgeReads(context, subject);
    for (const method of CONDITIONED)
      if (routeTo(context.target.system, method, subject.handle.resource))
        for (const judge of [judgeWrites, judgeBoth]) await judge(context, subject, method);
    await judgeBatches(context, subject);
    await judgeRaces(context, subject);
    await judgeNothing(context, subject);
  },
};

async function judgeReads({ evidence }: Context, { client, handle, etag }: ConditionSubject): Promise<void> {
  const read = { kind: 'read', ...handle } as const;
  const judge = async (headers: Partial<Record<Header, string>>, statuses: readonly number[]) => {
    const asked = await client.ask(read, { headers });
    const { status } = asked.response;
    const what = HEADERS.flatMap((name) =>
      headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
    ).join(', ');
    const isWhole = status !== 200 || asked.answer.documents[0]?.id === handle.id;
    const isBare = status !== 304 || (asked.response.body === '' && asked.response.headers.etag === etag);
    evidence.claim(
      `a read of ${etag} with ${what} is answered ${statuses.join(' or ')}`,
      statuses.includes(status) && isWhole && isBare,
      [asked],
    );
  };
  for (const { value, ifMatch, ifNoneMatch, isMalformed } of conditionsOn(etag)) {
    const mistake = isMalformed ? [400] : [];
    await judge({ 'if-match': value }, ifMatch ? [200] : [412, ...mistake]);
    await judge({ 'if-none-match': value }, ifNoneMatch ? [200, ...mistake] : [304]);
  }
  // Which of the two comes first: RFC 9110, section 13.2.2.
  await judge({ 'if-match': etag, 'if-none-match': etag }, [304]);
  await judge({ 'if-match': '"0"', 'if-none-match': etag }, [412]);
  await judge({ 'if-match': etag, 'if-none-match': '"0"' }, [200]);
}

async function judgeWrites(
  { evidence }: Context,
  subject: ConditionSubject,
  method: ConditionedMethod,
): Promise<void> {
  for (const header of HEADERS) {
    for (const index of conditionsOn(subject.etag).keys()) {
      // The tag is another one after each write that was done.
      const before = subject.etag;
      const condition = conditionsOn(before)[index];
      if (!condition) continue;
      const { value } = condition;
      const asked = await subject.client.ask(conditionedWrite(subject, method), {
        headers: { [header]: value },
      });
      const after = await subject.read();
      const isDone = after.answer.outcome === 'absent' || subject.etag !== before;
      const isTrue = header === 'if-match' ? condition.ifMatch : condition.ifNoneMatch;
      const what = `a ${method} of ${before} with ${header}: ${value}`;
      const isTold = (asked.answer.outcome === 'ok') === isDone;
      const claim = (text: string, holds: boolean): void => {
        const sentences = [
          `Because ${header}: ${value} is ${isTrue ? 'true' : 'false'} of ${before}, ${what} ${text}.`,
          `However, it was answered ${asked.response.status}, and ${isDone ? `the ETag is ${subject.etag || 'gone'} then` : 'nothing has changed'}.`,
        ];
        evidence.claim(`${what} ${text}`, holds, { sentences, exchanges: [asked, after] });
      };
      if (!isTrue) claim('does not happen', !isDone && isTold);
      else if (mustBeDone(header, condition)) claim('is done', isDone && isTold);
      else claim('is done or refused', isDone ? isTold : isRefusal(asked, condition));
      if (isDone && method === 'delete') await subject.restore();
    }
  }
}

/** 412 says that a condition was false (RFC 9110, 15.5.13), which is no refusal to look at one; of a list it may be meant. */
const isRefusal = ({ answer, response }: Asked, { isList, isMalformed }: TagCondition): boolean =>
  answer.outcome !== 'ok' &&
  response.status >= 400 &&
  response.status < 500 &&
  (isList || isMalformed || response.status !== 412);

/** Both headers must be true for a write to happen (RFC 9110, section 13.2.2); whoever takes one of them only may refuse. */
async function judgeBoth(
  { evidence }: Context,
  subject: ConditionSubject,
  method: ConditionedMethod,
): Promise<void> {
  for (const [ifMatch, ifNoneMatch] of [
    ['"0"', '"0"'],
    [undefined, undefined],
    ['"0"', undefined],
  ]) {
    const before = subject.etag;
    const headers = { 'if-match': ifMatch ?? before, 'if-none-match': ifNoneMatch ?? before };
    const asked = await subject.client.ask(conditionedWrite(subject, method), { headers });
    const after = await subject.read();
    const isLeft = asked.answer.outcome !== 'ok' && asked.response.status < 500 && subject.etag === before;
    const what = `if-match: ${headers['if-match']} and if-none-match: ${headers['if-none-match']}`;
    evidence.claim(`a ${method} of ${before} with ${what} does not happen`, isLeft, [asked, after]);
    if (after.answer.outcome === 'absent') await subject.restore();
  }
}

/** No tag matches what was deleted or never was, and `*` does not either; If-None-Match: * is what it waits for. */
async function judgeNothing(context: Context, { client, resource, handle }: ConditionSubject): Promise<void> {
  const { evidence, target, unique } = context;
  const never: Handle = { ...handle, id: unique('never') };
  const places: (readonly [what: string, place: Handle, tags: readonly string[]])[] = [
    ['never was', never, ['*', '"1"']],
  ];
  if (routeTo(target.system, 'delete', handle.resource)) {
    const live = (await client.ask({ kind: 'read', ...handle })).answer.etag ?? '"1"';
    const deleted = await client.ask({ kind: 'delete', ...handle });
    places.push(['was deleted', handle, ['*', live, deleted.answer.etag ?? live]]);
  }
  for (const [what, place, tags] of places) {
    for (const method of ['put', 'patch', 'delete', 'read'] as const) {
      if (routeTo(target.system, method, place.resource) === undefined) continue;
      for (const tag of new Set(tags)) {
        const operation: Operation =
          method === 'put' || method === 'patch'
            ? { kind: method, ...place, body: documentBody(resource, 'word') }
            : { kind: method, ...place };
        const asked = await client.ask(operation, { headers: { 'if-match': tag } });
        const after = await client.ask({ kind: 'read', ...place });
        // A deletion of what is not there has been done already (RFC 9110, section 13.1.1).
        const isNothing = asked.answer.outcome !== 'ok' || method === 'delete';
        const holds = isNothing && after.answer.outcome === 'absent';
        evidence.claim(`a ${method} of a document that ${what} with if-match: ${tag} does nothing`, holds, [
          asked,
          after,
        ]);
      }
    }
    const both = { 'if-match': '"1"', 'if-none-match': '*' };
    const body = documentBody(resource, 'word');
    const notMade = [
      await client.ask({ kind: 'put', ...place, body }, { headers: both }),
      await client.ask({ kind: 'read', ...place }),
    ];
    const isNotMade = notMade[0]?.answer.outcome !== 'ok' && notMade[1]?.answer.outcome === 'absent';
    evidence.claim(
      `a put of a document that ${what} with if-match: "1" and if-none-match: * does nothing`,
      isNotMade,
      notMade,
    );
    if (routeTo(target.system, 'delete', place.resource)) {
      const gone = await client.ask({ kind: 'delete', ...place }, { headers: { 'if-none-match': '*' } });
      evidence.claim(
        `a delete of a document that ${what} with if-none-match: * is answered without a failure`,
        gone.response.status < 500,
        [gone],
      );
    }
    const made = await client.ask({ kind: 'put', ...place, body }, { headers: { 'if-none-match': '*' } });
    evidence.claim(
      `a put of a document that ${what} with if-none-match: * is done`,
      made.answer.outcome === 'ok',
      [made],
    );
  }
}

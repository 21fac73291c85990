import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
  encode,
  type Handle,
  NeedNotMet,
  type Operation,
  type Overrides,
  type Resource,
  resourceWith,
  routeTo,
  type Shown,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, indexedFieldOf, needAnyMember, store } from '../kit/index.ts';
import { type Sent, valuesFor } from './hard-values.ts';

const ROUTES = ['put', 'create', 'patch', 'batch'] as const;
type Route = (typeof ROUTES)[number];
/** How many numbers are drawn for each route. */
const SPELLINGS = { fast: 6, full: 30 } as const;
/** What the system writes where the value will be. */
const MARK = 'the-value';

export const valuesComeBack: Check = {
  id: 'robustness/values-come-back',
  title:
    'What a write accepts a read gives back as it was sent: no number loses digits, no text a character.',
  requirements: ['A7', 'B3'],
  severity: 'high',
  environment: 'real-time',
  needs: ['put', 'read'],
  promises: ['exact-json'],
  method:
    'Every route that writes is sent values that Workers are known to change without a word: lone surrogates, null ' +
    'characters, combining characters, and names like __proto__. A value may be refused with 4xx; what is accepted must be ' +
    'read back, as the characters that were sent. Numbers beyond the range and the digits of a double (RFC 8259, section ' +
    '6), names that an object has twice, a charset other than UTF-8, texts that forms and sanitizers make tidy, and bodies and queries that are no UTF-8, of which the ' +
    'standards let a reader make what it likes, are judged where the Worker promises exact JSON. There a number that a ' +
    'double holds is taken too, however it is spelled, and UTF-8 by each of its names.',
  async run(context) {
    const { target, evidence } = context;
    const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read'] });
    await needAnyMember(context, resource);
    const isExact = target.lacks('exact-json') === undefined;
    for (const route of ROUTES.filter((each) => routeTo(target.system, each, resource.name))) {
      const values = valuesFor(context.seed, isExact ? SPELLINGS[context.effort] : undefined);
      for (const sent of values) await judgeValue(context, resource, route, sent);
    }
    if (!isExact)
      evidence.remark('Numbers, names given twice and charsets are not judged: exact JSON is not promised.');
    else if (target.lacks('list') === undefined) await judgeQuery(context);
  },
};

async function judgeValue(context: Context, resource: Resource, route: Route, sent: Sent): Promise<void> {
  const { evidence, target, unique } = context;
  const client = new Client(target, accountOf(target, 'subject'));
  const handle = { resource: resource.name, id: unique(`${route}-${sent.name}`) };
  if (route === 'patch') await client.ask({ kind: 'put', ...handle, body: documentBody(resource, 'other') });
  const operation = operationOn(route, handle, documentBody(resource, 'word', { kept: MARK }));
  const write = await client.ask(operation, requestOf(context, operation, sent));
  const read = await client.ask({ kind: 'read', ...handle });
  const [shown] = read.answer.documents;
  const text = textOf(read);
  const isBack =
    shown !== undefined && text !== undefined && sent.isKept(text, shown.body?.kept, read.response.body);
  if (sent.isPlain) {
    if (isBack === false && write.answer.outcome === 'ok' && text === undefined)
      throw new NeedNotMet('needs documents that are shown as JSON in the answer itself');
    evidence.control(`a ${route} keeps ${sent.what}`, write.answer.outcome === 'ok' && isBack, [write, read]);
    return;
  }
  const { status } = write.response;
  const isRefused = !sent.mustBeTaken && write.answer.outcome !== 'ok' && status >= 400 && status < 500;
  const must = sent.mustBeTaken ? 'loses nothing, so that it is' : 'is refused, or';
  evidence.claim(
    `a ${route} with ${sent.what} ${must} read back as it was sent`,
    isRefused || (write.answer.outcome === 'ok' && isBack),
    {
      sentences: [
        `Because ${sent.what} was sent, a ${route} keeps it${sent.mustBeTaken ? ', as nothing of it need be lost' : ' or refuses it'}.`,
        `However, it was answered ${status}, and a read shows ${text ?? shownText(shown)}.`,
      ],
      exchanges: [write, read],
    },
  );
}

function operationOn(route: Route, handle: Handle, body: DocumentBody): Operation {
  if (route === 'batch') return { kind: 'batch', writes: [{ kind: 'put', ...handle, body }] };
  return { kind: route, ...handle, body };
}

/** The request with the value in it, byte for byte. */
function requestOf(
  { target }: Context,
  operation: Operation,
  { json, contentType, isBytes }: Sent,
): Overrides {
  const { body = '' } = encode(target.system, operation);
  const mark = JSON.stringify(MARK);
  if (!body.includes(mark)) throw new NeedNotMet('needs a system that sends documents as JSON');
  return {
    body: body.replace(mark, () => json),
    ...(isBytes && { bodyEncoding: 'latin1' }),
    ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
  };
}

/** The value as the answer has it, before any parser of ours could change it. */
const textOf = ({ response }: Asked): string | undefined =>
  /"kept"\s*:\s*("(?:[^"\\]|\\.)*"|[{[]|[^\s,}\]]+)/.exec(response.body)?.[1];

const shownText = (shown: Shown | undefined): string => JSON.stringify(shown?.body ?? 'no document');

/** A filter that is no UTF-8 is no text: what it finds, it finds by mistake. */
async function judgeQuery(context: Context): Promise<void> {
  const { target, evidence, unique } = context;
  const client = new Client(target, accountOf(target, 'subject'));
  const start = unique('query');
  const resource = resourceWith(target.system, { routes: ['list'], indexed: 1 });
  const field = indexedFieldOf(resource);
  const filterBy = (is: string): Operation => ({
    kind: 'list',
    resource: resource.name,
    filter: { field, is },
  });
  for (const [index, end] of ['%ff', '\ufffd'].entries()) {
    const value = `${start}${end}`;
    const body = documentBody(resource, start, { [field]: value });
    await store(context, client, resource, { id: `${start}-${index}`, body });
    const found = await client.ask(filterBy(value));
    evidence.served(`a filter finds ${value}`, found.answer.documents.length === 1, [found]);
  }
  const { path } = encode(target.system, filterBy(`${start}MARK`));
  const asked = await client.ask(filterBy(start), { path: path.replace('MARK', '%ff') });
  evidence.claim(
    'a filter that is no UTF-8 finds nothing, or is refused',
    asked.answer.outcome === 'refused' ||
      (asked.answer.outcome === 'ok' && asked.answer.documents.length === 0),
    [asked],
  );
}

import {
  type Asked,
  accountOf,
  Client,
  encode,
  NeedNotMet,
  type Operation,
  type Overrides,
  type Shown,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { type Sent, valuesFor } from './hard-values.ts';

const resource = 'clients';
const ROUTES = ['put', 'create', 'patch', 'batch'] as const;
type Route = (typeof ROUTES)[number];
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
  method:
    'Every route that writes is sent values that parsers of JSON are known to change without a word: numbers beyond the ' +
    'range and the digits of a double (RFC 8259, section 6), lone surrogates, null characters, combining characters, names ' +
    'like __proto__, and bytes that are no UTF-8. A value may be refused with 4xx; what is accepted must be read back, ' +
    'as the decimal and the characters that were sent. Names that an object has twice, a charset other than UTF-8 and a ' +
    'query that is no UTF-8, of which the standard lets a reader make what it likes, are judged where the Worker promises ' +
    'exact JSON.',
  async run(context) {
    const { target, evidence } = context;
    const isExact = target.lacks('exact-json') === undefined;
    for (const route of ROUTES.filter((each) => target.lacks(each) === undefined)) {
      for (const sent of valuesFor(isExact)) await judgeValue(context, route, sent);
    }
    if (!isExact)
      evidence.remark('Names given twice and charsets are not judged: exact JSON is not promised.');
    else if (target.lacks('list') === undefined) await judgeQuery(context);
  },
};

async function judgeValue(context: Context, route: Route, sent: Sent): Promise<void> {
  const { evidence, target, unique } = context;
  const client = new Client(target, accountOf(target, 'subject'));
  const place = { resource, id: unique(`${route}-${sent.name}`) } as const;
  if (route === 'patch') await client.ask({ kind: 'put', ...place, body: { other: 1 } });
  const operation = operationOn(route, place);
  const write = await client.ask(operation, requestOf(context, operation, sent));
  const read = await client.ask({ kind: 'read', ...place });
  const [shown] = read.answer.documents;
  const text = textOf(read);
  const isBack = shown !== undefined && text !== undefined && sent.isKept(text, shown.body?.kept);
  if (sent.isPlain) {
    if (isBack === false && write.answer.outcome === 'ok' && text === undefined)
      throw new NeedNotMet('needs documents that are shown as JSON in the answer itself');
    evidence.control(`a ${route} keeps ${sent.what}`, write.answer.outcome === 'ok' && isBack, [write, read]);
    return;
  }
  const { status } = write.response;
  const isRefused = write.answer.outcome !== 'ok' && status >= 400 && status < 500;
  evidence.claim(
    `a ${route} with ${sent.what} is refused, or read back as it was sent`,
    isRefused || (write.answer.outcome === 'ok' && isBack),
    {
      sentences: [
        `Because ${sent.what} was sent, a ${route} keeps it or refuses it.`,
        `However, it was answered ${status}, and a read shows ${text ?? shownText(shown)}.`,
      ],
      exchanges: [write, read],
    },
  );
}

type Place = { readonly resource: typeof resource; readonly id: string };

function operationOn(route: Route, place: Place): Operation {
  const body = { kept: MARK };
  if (route === 'batch') return { kind: 'batch', writes: [{ kind: 'put', ...place, body }] };
  return { kind: route, ...place, body };
}

/** The adapter's request with the value in it, byte for byte. */
function requestOf(
  { target }: Context,
  operation: Operation,
  { json, contentType, isBytes }: Sent,
): Overrides {
  const { body = '' } = encode(target.system, operation);
  const mark = JSON.stringify(MARK);
  if (!body.includes(mark)) throw new NeedNotMet('needs an system that sends documents as JSON');
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
async function judgeQuery({ target, evidence, unique }: Context): Promise<void> {
  const client = new Client(target, accountOf(target, 'subject'));
  const start = unique('query');
  const filterBy = (is: string): Operation => ({
    kind: 'list',
    resource,
    filter: { field: 'surname', is },
  });
  for (const [index, end] of ['%ff', '\ufffd'].entries()) {
    const surname = `${start}${end}`;
    await client.ask({ kind: 'put', resource, id: `${start}-${index}`, body: { surname } });
    const found = await client.ask(filterBy(surname));
    evidence.control(`a filter finds ${surname}`, found.answer.documents.length === 1, [found]);
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

import {
  type Asked,
  accountOf,
  Client,
  encode,
  familiesOf,
  type Join,
  type List,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, isMistake, makeDocument, store } from '../kit/index.ts';

const NOBODY_KNOWS = 'no-such-parameter=1';

export const repeatedParameters: Check = {
  id: 'robustness/repeated-parameters',
  title:
    'A list applies every parameter that it is given, or refuses: none is ignored, and none of two is chosen.',
  requirements: ['A7', 'B9'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['strict-queries', 'put', 'list'],
  method:
    'Filters, limits and orders are given twice, with two values and with the same one. What checks a request in front ' +
    'of a Worker (a firewall, a cache key, a log) and the Worker itself may each read another one of the two (CWE-235). ' +
    'A second filter that no document meets must not be ignored either, nor a parameter that a list or a join does not know: ' +
    'what is shown would be more than was asked for.',
  async run(context) {
    const { target, evidence, unique } = context;
    const client = new Client(target, accountOf(target, 'subject'));
    const [one, two] = [unique('one'), unique('two')];
    const resource = resourceWith(target.system, { routes: ['list'], indexed: 2 });
    const [field = '', otherField = ''] = resource.texts;
    const by = (is: string): List => ({ kind: 'list', resource: resource.name, filter: { field, is } });
    for (const is of [one, two]) {
      const { handle } = await store(context, client, resource, {
        id: is,
        body: documentBody(resource, is),
      });
      const asked = await client.ask(by(is));
      const isFound = asked.answer.documents.length === 1 && asked.answer.documents[0]?.id === handle.id;
      evidence.served(`given once, a filter finds ${is}`, isFound, [asked]);
    }
    const pairs: readonly (readonly [string, List, List])[] = [
      ['a filter with two values', by(one), by(two)],
      ['a filter with the same value', by(one), by(one)],
      ['a limit', { ...by(one), limit: 1 }, { ...by(one), limit: 2 }],
      ['an order', { ...by(one), sort: field }, { ...by(one), sort: `-${field}` }],
    ];
    const askBoth = (first: List, second: List): Promise<Asked> => {
      const { path } = encode(target.system, first);
      const [, again = ''] = encode(target.system, second).path.split('?', 2);
      return client.ask(first, { path: `${path}&${again}` });
    };
    for (const [what, first, second] of pairs) {
      const asked = await askBoth(first, second);
      evidence.claim(`${what} that is given twice is refused`, isMistake(asked), [asked]);
    }
    const elsewhere: List = { ...by(one), filter: { field: otherField, is: unique('nowhere') } };
    const asked = await askBoth(by(one), elsewhere);
    const isEmpty = asked.answer.outcome === 'ok' && asked.answer.documents.length === 0;
    evidence.claim('a second filter is applied or refused', isEmpty || isMistake(asked), [asked]);
    for (const listing of [by(one), ...(await joinsOf(context, client))]) {
      const plain = await client.ask(listing);
      evidence.served(`a ${listing.kind} is answered`, plain.answer.outcome === 'ok', [plain]);
      const { path } = encode(target.system, listing);
      const strange = `${path}${path.includes('?') ? '&' : '?'}${NOBODY_KNOWS}`;
      const answered = await client.ask(listing, { path: strange });
      evidence.claim(
        `a ${listing.kind} with a parameter that it does not know is refused`,
        isMistake(answered),
        [answered],
      );
    }
  },
};

/** One, of a parent that is there, where there are joins. */
async function joinsOf({ target: { system }, unique }: Context, client: Client): Promise<readonly Join[]> {
  const [family] = familiesOf(system, { joined: true });
  if (!family) return [];
  const wished = { resource: family.parent.name, id: unique('parent') };
  const { handle } = await makeDocument(client, system, wished, unique('parent'));
  return [{ kind: 'join', ...handle, child: family.child.name }];
}

import { type Asked, accountOf, Client, encode, type List } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';

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
    'A second filter that no document meets must not be ignored either: what is shown would be more than was asked for.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const [one, two] = [unique('one'), unique('two')];
    for (const surname of [one, two])
      await client.ask({ kind: 'put', resource: 'clients', id: surname, body: { surname } });
    const by = (surname: string): List => ({
      kind: 'list',
      resource: 'clients',
      filter: { field: 'surname', is: surname },
    });
    for (const surname of [one, two]) {
      const asked = await client.ask(by(surname));
      const isFound = asked.answer.documents.length === 1 && asked.answer.documents[0]?.id === surname;
      evidence.control(`given once, a filter finds ${surname}`, isFound, [asked]);
    }
    const pairs: readonly (readonly [string, List, List])[] = [
      ['a filter with two values', by(one), by(two)],
      ['a filter with the same value', by(one), by(one)],
      ['a limit', { ...by(one), limit: 1 }, { ...by(one), limit: 2 }],
      ['an order', { ...by(one), sort: 'surname' }, { ...by(one), sort: '-surname' }],
    ];
    const askBoth = (first: List, second: List): Promise<Asked> => {
      const { path } = encode(target.system, first);
      const [, again = ''] = encode(target.system, second).path.split('?', 2);
      return client.ask(first, { path: `${path}&${again}` });
    };
    for (const [what, first, second] of pairs) {
      const asked = await askBoth(first, second);
      evidence.claim(`${what} that is given twice is refused`, isRefused(asked), [asked]);
    }
    const elsewhere: List = { ...by(one), filter: { field: 'postcode', is: unique('nowhere') } };
    const asked = await askBoth(by(one), elsewhere);
    const isEmpty = asked.answer.outcome === 'ok' && asked.answer.documents.length === 0;
    evidence.claim('a second filter is applied or refused', isEmpty || isRefused(asked), [asked]);
  },
};

const isRefused = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && response.status < 500;

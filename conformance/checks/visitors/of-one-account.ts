import { accountOf, Client, type Exchange } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import {
  bodyIn,
  type Look,
  markIn,
  type NamedView,
  type Published,
  published,
  shows,
  Visitor,
  viewsOf,
} from './visitor.ts';

export const ofOneAccount: Check = {
  id: 'visitors/of-one-account',
  title: 'Visitors of one account are shown nothing of another, whatever they ask for and whoever they are.',
  requirements: ['D1', 'D2', 'D5', 'D9', 'D10'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['visitors', 'another-account', 'put'],
  method:
    'Two accounts publish documents of the same id, and of the same word where a view is a search, and one of them a further document. ' +
    'On every view, visitors of each look for both, several times, so that caches answer too; then with the credentials of the other ' +
    "account. Each is shown the own account's document, or nothing.",
  async run({ target, evidence, unique }) {
    const accounts = [accountOf(target, 'subject'), accountOf(target, 'neighbour')] as const;
    const letters = ['a', 'b'] as const;
    for (const view of viewsOf(target)) {
      const both = published(view, unique(`both-${view.name}`));
      const only = published(view, unique(`only-${view.name}`));
      await Promise.all(
        accounts.map(async (account, at) => {
          const client = new Client(target, account);
          const state = letters[at] ?? '';
          await client.ask({
            kind: 'put',
            resource: view.resource.name,
            id: both.id,
            body: bodyIn(both, state),
          });
          if (at === 0 && view.view.id === undefined)
            await client.ask({
              kind: 'put',
              resource: view.resource.name,
              id: only.id,
              body: bodyIn(only, state),
            });
        }),
      );
      for (const [at, account] of accounts.entries()) {
        const visitor = new Visitor(target, account);
        const other = accounts[1 - at] ?? account;
        const [own = '', foreign = ''] = [letters[at], letters[1 - at]];
        // Of the other account's headers all but those that reach this one: a cookie of the base domain, say.
        const reach = Object.keys(target.system.visitors?.reach(other.token) ?? {}).map((name) =>
          name.toLowerCase(),
        );
        const credentials = Object.fromEntries(
          Object.entries(target.system.request.identify(other.token)).filter(
            ([name]) => !reach.includes(name.toLowerCase()),
          ),
        );
        const looks: readonly Look[] = [{}, {}, { headers: credentials }, {}];
        for (const look of looks) {
          const seen = await visitor.look(both, look);
          claim(view, seen, both, foreign);
          if (look === looks[0]) {
            // A list may be older than the document.
            const isShown = shows(seen, markIn(both, own));
            if (isShown || view.view.path.includes(':id'))
              evidence.control(`visitors are shown the own document (${view.name})`, isShown, [seen]);
          }
          if (at === 1) claim(view, await visitor.look(only, look), only, foreign);
        }
      }
    }

    function claim({ name }: NamedView, look: Exchange, of: Published, foreign: string): void {
      evidence.claim(
        `visitors are shown nothing of another account (${name})`,
        !shows(look, markIn(of, foreign)),
        [look],
      );
    }
  },
};

import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { bodyIn, markIn, published, shows, viewsOf } from './visitor.ts';

export const editedByItsOwner: Check = {
  id: 'visitors/edited-by-its-owner',
  title: 'The owner of one account is a visitor to every other: what proves who it is opens nothing there.',
  requirements: ['D1', 'D5'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['visitors', 'another-account', 'put', 'read', 'delete'],
  method:
    'An account writes a document. Another one then asks to read, replace and delete it, with credentials of its own and the headers ' +
    "by which the first one is reached, as a browser does that sends one cookie to all subdomains. Each is refused, and the document's " +
    'owner reads it as it was. The control is that the same requests are served where the own account is reached.',
  async run({ target, evidence, unique }) {
    const { system } = target;
    const [owner, other] = [accountOf(target, 'subject'), accountOf(target, 'neighbour')];
    for (const view of viewsOf(target)) {
      const of = published(view, unique(`owned-${view.name}`));
      const handle = { resource: view.resource.name, id: of.id };
      const client = new Client(target, owner);
      const made = await client.ask({ kind: 'put', ...handle, body: bodyIn(of, 'first') });
      const intruder = new Client(target, other);
      const headers = system.visitors?.reach(owner.token) ?? {};
      const own = await intruder.ask({ kind: 'put', ...handle, body: bodyIn(of, 'own') });
      evidence.served(
        `it may write where its own account is reached (${view.name})`,
        own.answer.outcome === 'ok',
        [own],
      );
      const tried = [
        await intruder.ask({ kind: 'read', ...handle }, { headers }),
        await intruder.ask({ kind: 'put', ...handle, body: bodyIn(of, 'intruder') }, { headers }),
        await intruder.ask({ kind: 'delete', ...handle }, { headers }),
      ];
      for (const asked of tried)
        evidence.claim(
          `a ${asked.operation.kind} of another owner is refused (${view.name})`,
          ['refused', 'absent'].includes(asked.answer.outcome) && !shows(asked, markIn(of, 'first')),
          [made, asked],
        );
      const read = await client.ask({ kind: 'read', ...handle });
      evidence.claim(`the document is as it was (${view.name})`, shows(read, markIn(of, 'first')), [
        ...tried,
        read,
      ]);
      for (const each of [client, intruder]) await each.ask({ kind: 'delete', ...handle });
    }
  },
};

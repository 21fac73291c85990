import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { recordedLooks } from './recorded-looks.ts';
import { bodyIn, canHide, markIn, published, shows, Visitor, viewsOf } from './visitor.ts';

export const draftsNeverShown: Check = {
  id: 'visitors/drafts-never-shown',
  title:
    'A document that is hidden from visitors is shown to none, cached or not, whoever has looked before.',
  requirements: ['D5'],
  severity: 'critical',
  environment: 'simulated-time',
  needs: ['visitors', 'faults', 'put', 'delete'],
  method:
    'On every view whose documents can be hidden, a document is made hidden, read by its owner, and looked for by visitors and by its ' +
    "owner's own browser, so that an answer made for the owner could be kept for visitors. The control is the same document once it " +
    'is shown. Beside that, no look of the random programs of visitors/shown-within-bound may show what was written hidden.',
  async run(context) {
    const { target, evidence, unique } = context;
    const subject = accountOf(target, 'subject');
    const owner = new Client(target, subject);
    const visitor = new Visitor(target);
    for (const view of viewsOf(target, canHide)) {
      const of = published(view, unique(`draft-${view.name}`));
      const handle = { resource: view.resource.name, id: of.id };
      const hide = await owner.ask({
        kind: 'put',
        ...handle,
        body: bodyIn(of, 'hidden', view.resource.hidden),
      });
      const read = await owner.ask({ kind: 'read', ...handle });
      evidence.control(`its owner reads what is hidden (${view.name})`, shows(read, markIn(of, 'hidden')), [
        read,
      ]);
      // What proves who the owner is goes with a look of the owner's browser.
      const headers = target.system.request.identify(subject.token);
      for (const look of [
        await visitor.look(of),
        await visitor.look(of, { headers }),
        await visitor.look(of),
      ])
        evidence.claim(`what is hidden is not shown (${view.name})`, !shows(look, markIn(of, 'hidden')), [
          hide,
          look,
        ]);
      await owner.ask({ kind: 'delete', ...handle });
      const other = published(view, unique(`shown-${view.name}`));
      const body = bodyIn(other, 'shown');
      const show = await owner.ask({ kind: 'put', resource: view.resource.name, id: other.id, body });
      const look = await visitor.look(other);
      const is = {
        new: shows(look, markIn(other, 'shown')),
        listed: view.view.withinMs > 0 && !view.view.path.includes(':id'),
      };
      // A list may be as old as is stated; what is looked for by its id was never looked for before.
      if (is.new || !is.listed)
        evidence.control(`what is shown is shown (${view.name})`, is.new, [show, look]);
      await owner.ask({ kind: 'delete', resource: view.resource.name, id: other.id });
    }
    for (const { view, drafts } of await recordedLooks(context))
      evidence.claim(`no look shows what was written hidden (${view.name})`, drafts.length === 0, drafts);
  },
};

import type { Check } from '../check.ts';
import { copiedIn, NEEDS } from './copied.ts';

/** More than a run of a hundred refreshes in an hour, and few enough to make in a second. */
const DOCUMENTS = 450;

export const everyDocumentFresh: Check = {
  id: 'freshness/every-document-within-the-promise',
  title:
    'A change in the upstream shows within the promised time, in every document, whether or not anybody looks.',
  requirements: ['E4', 'E8', 'E10'],
  severity: 'high',
  environment: 'simulated-time',
  needs: NEEDS,
  method: `${DOCUMENTS} documents of an account are copied, then changed in the upstream by their owner at once. The promised time
passes, on the clocks of the Worker and the upstream, with every run of the schedule that is due in it; nobody looks meanwhile. Then
one list has to show every change. At the size that the promise is made for, \`shardproof feasibility\` judges it.`,
  async run(context) {
    const { evidence, unique } = context;
    const copied = await copiedIn(context);
    const { copy } = copied;
    const client = copied.client();
    const ids = Array.from({ length: DOCUMENTS }, (_, n) => unique(`n${n}`));
    const [before, after] = [unique('before'), unique('after')];
    await copied.changeUpstream(client, ids, before);
    evidence.control(
      'the copy holds what the upstream held before the change',
      await copied.copiedBy(client, ids, before),
    );

    await copied.changeUpstream(client, ids, after);
    const runs = await copied.passPromised();
    const asked = await client.ask({ kind: 'list', resource: copied.resource.name });

    const shown = new Map(asked.answer.documents.map(({ id, body }) => [id, JSON.stringify(body)]));
    const stale = ids.filter((id) => !shown.get(id)?.includes(after));
    const { documentsPerRun, everyMs } = copy.refresh;
    const hours = copy.freshWithinMs / 3_600_000;
    const rounds = Math.ceil(copy.documents / documentsPerRun);
    evidence.claim(
      `${hours} h after a change in the upstream each of ${DOCUMENTS} documents shows it`,
      stale.length === 0,
      {
        sentences: [
          `All ${DOCUMENTS} documents were changed in the upstream, ${hours} h passed, and the schedule ran ${runs} times.`,
          `However, ${stale.length} of them still show what was there before, ${stale[0]} for instance.`,
          `As described, ${runs} runs refresh ${(runs * documentsPerRun).toLocaleString('en-GB')} documents at most; of the ` +
            `${copy.documents.toLocaleString('en-GB')} that the promise is made for, all are refreshed after ` +
            `${Math.round((rounds * everyMs) / 3_600_000).toLocaleString('en-GB')} h.`,
        ],
        exchanges: [{ ...asked, response: { ...asked.response, body: asked.response.body.slice(0, 500) } }],
      },
    );
  },
};

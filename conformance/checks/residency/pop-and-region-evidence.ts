import {
  type Asked,
  accountOf,
  Client,
  FAR_REPLICA,
  NeedNotMet,
  type Operation,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, indexedFieldOf } from '../kit/index.ts';

/** D1's regions in Europe (developers.cloudflare.com/d1/configuration/data-location/). */
const EUROPE = ['WEUR', 'EEUR'];

/** What a response cannot prove, whatever it says. */
const BLIND_SPOTS = [
  'Evidence headers are what the Worker says of what D1 says: they name the copy that answered, and show neither where the other copies are nor that data at rest stay in Europe. Only the jurisdiction of the database decides that, at its creation.',
  'KV has no place that a response could name: values may be cached in any PoP on earth, whatever the jurisdiction of the namespace. That is why nothing but sealed bodies may be in it.',
  'The network chooses the PoP (request.cf.colo): entering at a URL does not prove where the Worker ran. On the local platform the PoP is a socket of its own.',
  'Logs, metrics, backups and exports leave no trace in a response.',
];

export const popAndRegionEvidence: Check = {
  id: 'residency/pop-and-region-evidence',
  title: 'Every PoP serves, and each answer names the copy of the database that gave it, which is in Europe.',
  requirements: ['A8', 'B11'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['read', 'put', 'list'],
  method:
    'In every PoP a document is written, read with and without its bookmark, and listed. Each answer must come from WEUR or ' +
    'EEUR, as far as it says, and a write from the primary. With lag, what answers without knowing of a write is a replica, ' +
    'and the PoP with the far replica must name its region. The control: there is evidence of each PoP. What such evidence ' +
    'cannot show is remarked.',
  async run({ target, evidence, unique }) {
    const account = accountOf(target, 'subject');
    const answers: Asked[] = [];
    for (const pop of target.pops) {
      const writer = new Client(target, account, pop);
      const id = unique(`in-${pop}`);
      const resource = resourceWith(target.system, {
        ids: 'client',
        routes: ['put', 'read', 'list'],
        indexed: 1,
      });
      const document = { resource: resource.name, id };
      const filter = { field: indexedFieldOf(resource), is: id };
      const list: Operation = { kind: 'list', resource: resource.name, filter };
      const written = await writer.ask({ kind: 'put', ...document, body: documentBody(resource, id) });
      if (written.answer.servedBy === undefined)
        throw new NeedNotMet(
          'needs answers that say which copy of the database gave them (evidence headers)',
        );
      const behind = await new Client(target, account, pop).ask(list);
      const after = [await writer.ask({ kind: 'read', ...document }), await writer.ask(list)];
      answers.push(written, behind, ...after);
      evidence.claim(`${pop} serves`, [written, behind, ...after].every(isAnswered), [
        written,
        behind,
        ...after,
      ]);
      const named = answers.some((asked) => asked.pop === pop && copyOf(asked) !== undefined);
      evidence.control(`answers in ${pop} say which copy of the database gave them`, named, [written]);
      const [, writeCopy] = copyOf(written) ?? [];
      evidence.claim(`a write in ${pop} is made by the primary`, writeCopy !== 'replica', [written]);
      if (target.environment !== 'simulated-time' || behind.answer.documents.length > 0) continue;
      const [region, copy] = copyOf(behind) ?? [];
      evidence.claim(`what is behind in ${pop} is not said to be the primary`, copy !== 'primary', {
        sentences: [
          `Because the list in ${pop} does not show what has been written, a replica that is behind has answered it.`,
          `However, it names ${behind.answer.servedBy}.`,
        ],
        exchanges: [written, behind],
      });
      if (pop !== target.pops.at(-1)) continue;
      evidence.claim(`${pop} names the region of its replica`, region === FAR_REPLICA.region, {
        sentences: [
          `Because requests in ${pop} reach the replica in ${FAR_REPLICA.region}, that is what an answer must name.`,
          `However, it names ${behind.answer.servedBy}.`,
        ],
        exchanges: [behind],
      });
    }
    for (const asked of answers) {
      const [region] = copyOf(asked) ?? [];
      if (region === undefined) continue;
      evidence.claim(
        `a ${asked.operation.kind} in ${asked.pop} is answered from Europe`,
        EUROPE.includes(region),
        [asked],
      );
    }
    for (const remark of BLIND_SPOTS) evidence.remark(remark);
  },
};

const isAnswered = ({ answer }: Asked): boolean => answer.outcome === 'ok';

/** The region and the kind of the copy that answered, where the answer names them. */
function copyOf({ answer: { servedBy } }: Asked): readonly string[] | undefined {
  const [region, copy = ''] = servedBy?.split(' ') ?? [];
  return region === undefined || region === 'unknown' ? undefined : [region, copy];
}

import { accountOf, Client, resourceWith } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, isSameVersion, takesAnyMember } from '../kit/index.ts';
import { judgeRefused } from './refused.ts';

/** Where no limit is stated: longer than any index that D1 would not make expensive. */
const TRIED_LENGTH = 2_000;

export const fieldLength: Check = {
  id: 'limits/field-length',
  title:
    'An indexed field of the largest stated length is found by; a longer one is refused and leaves all as it was.',
  requirements: ['A9', 'B2', 'B9'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['put', 'patch', 'list', 'read'],
  method:
    'Each indexed field of a resource is written with exactly the limit, found by equality, and written and patched ' +
    'with one character more. Fields that are not indexed may be of any length.',
  async run(context) {
    const { target, evidence, unique } = context;
    const client = new Client(target, accountOf(target, 'subject'));
    const { indexedFieldMaxLength } = target.system.limits;
    if (indexedFieldMaxLength === undefined)
      evidence.remark('No largest length is stated, so a field of any length may be stored or refused.');
    const length = indexedFieldMaxLength ?? TRIED_LENGTH;
    const resource = resourceWith(target.system, {
      ids: 'client',
      routes: ['put', 'read', 'list'],
      indexed: 1,
    });
    const { name } = resource;
    for (const field of resource.texts) {
      const id = unique(field);
      const longest = unique(field).padEnd(length, 'x');
      const over = `${longest}x`;
      const put = await client.ask({
        kind: 'put',
        resource: name,
        id,
        body: documentBody(resource, 'word', { [field]: longest }),
      });
      if (indexedFieldMaxLength !== undefined)
        evidence.claim(`${field} may have ${length} characters`, put.answer.outcome === 'ok', [put]);
      const list = await client.ask({ kind: 'list', resource: name, filter: { field, is: longest } });
      const isFound = list.answer.documents.some((document) => document.id === id);
      // A filter may have a limit of its own, where none is stated.
      const isRefused = indexedFieldMaxLength === undefined && list.answer.outcome === 'refused';
      evidence.claim(
        `a document is found by the whole of its ${field}, if it was stored`,
        isRefused || isFound === (put.answer.outcome === 'ok'),
        [put, list],
      );
      if (indexedFieldMaxLength === undefined) continue;
      const tooLong = {
        kind: 'put',
        resource: name,
        id: unique(`${field}-over`),
        body: documentBody(resource, 'word', { [field]: over }),
      } as const;
      judgeRefused(context, `a put with a ${field} of ${length + 1} characters`, await client.ask(tooLong));
      const patch = await client.ask({ kind: 'patch', resource: name, id, body: { [field]: over } });
      judgeRefused(context, `a patch with a ${field} of ${length + 1} characters`, patch);
      const read = await client.ask({ kind: 'read', resource: name, id });
      const isSame = isSameVersion(put, read) && read.answer.documents[0]?.body?.[field] === longest;
      evidence.claim(`after the refusals ${field} is as it was`, isSame, [read]);
    }
    const isFree = await takesAnyMember(context, resource);
    const free = await client.ask({
      kind: 'put',
      resource: name,
      id: unique('free'),
      body: documentBody(resource, 'word', isFree ? { remarks: 'x'.repeat(10 * length) } : {}),
    });
    evidence.served(
      isFree ? 'a field that is not indexed may be longer' : 'a small document is stored',
      free.answer.outcome === 'ok',
      [free],
    );
  },
};

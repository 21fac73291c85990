import { Client, resourceWith, shardOfSubject } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, isMistake, store, withAccounts } from '../kit/index.ts';

export const newAccountAtOnce: Check = {
  id: 'routing/new-account-at-once',
  title:
    'An account works from the moment at which the account database knows it, also if it was refused just before.',
  requirements: ['A1'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['operator', 'signing', 'read'],
  method:
    'An account is made, taken away before its first request, refused in every PoP, and made again: the next request ' +
    'in every PoP must be served. A Worker that remembers that it did not find an account fails its first users.',
  async run({ target, evidence, unique }) {
    const row = {
      id: unique('account'),
      shardId: shardOfSubject(target),
    };
    const resource = resourceWith(target.system, { routes: ['read'] });
    const id = unique('document');
    const read = { kind: 'read', resource: resource.name, id } as const;
    const unknown = await withAccounts(target, [row], async (account) => account);
    for (const pop of target.pops) {
      const refused = await new Client(target, unknown, pop).ask(read);
      evidence.control(
        `an account that is not in the account database is refused in ${pop}`,
        isMistake(refused),
        [refused],
      );
    }
    await withAccounts(target, [row], async (account) => {
      for (const pop of target.pops) {
        const served = await new Client(target, account, pop).ask(read);
        evidence.claim(`once it is there it is served in ${pop}`, served.answer.outcome === 'absent', [
          served,
        ]);
      }
      const client = new Client(target, account);
      const body = documentBody(resource, 'first');
      const { asked: write } = await store({ target }, client, resource, { id, body });
      evidence.claim('its first write is done', write.answer.outcome === 'ok', [write]);
    });
  },
};

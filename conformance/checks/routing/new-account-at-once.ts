import { accountOf, Client, resourceWith, shardOfSubject } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, hostOf, isMistake, store, withAccounts } from '../kit/index.ts';

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
    'in every PoP must be served. A Worker that remembers that it did not find an account fails its first users. Nor is it a ' +
    'failure of the server that there is no such account, at the host of another one as little as at its own.',
  async run({ target, evidence, unique }) {
    const row = {
      id: unique('account'),
      shardId: shardOfSubject(target),
    };
    const resource = resourceWith(target.system, { routes: ['read'] });
    const id = unique('document');
    const read = { kind: 'read', resource: resource.name, id } as const;
    const unknown = await withAccounts(target, [row], async (account) => account);
    const known = await new Client(target, accountOf(target, 'subject')).ask(read);
    evidence.served('an account that is there is served', known.answer.outcome === 'absent', [known]);
    const own = target.pops.map((pop) => ({ pop, host: undefined }));
    const others = target.lacks('tenant-hosts') === undefined ? target.accounts.map(hostOf) : [];
    for (const { pop, host } of [...own, ...others.map((host) => ({ pop: target.pops[0], host }))]) {
      const refused = await new Client(target, unknown, pop).ask(read, host === undefined ? {} : { host });
      // A Worker that takes the token's word for the account finds nothing there.
      const isNoFailure = isMistake(refused) || refused.answer.outcome === 'absent';
      evidence.claim(
        `that an account is not in the account database is no failure of the server in ${pop}${host === undefined ? '' : ` at ${host}`}`,
        isNoFailure,
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

import { Client, shardOfSubject } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { withAccounts } from '../kit/accounts.ts';

/** BASE_DOMAIN of the local platform. */
const BASE_DOMAIN = 'localhost';

export const hostRouting: Check = {
  id: 'routing/host-routing',
  title:
    'An account is served on its own hostname, its custom domain and the base domain, and on no other host.',
  requirements: ['A7'],
  severity: 'high',
  environment: 'real-time',
  needs: ['operator', 'signing', 'read', 'put'],
  method:
    'Two accounts of its own, each with a custom domain, read a document under the hostnames that the account database ' +
    "gives them, also in capitals and with a port; each is refused under the other's and under one that nobody owns.",
  async run({ target, evidence, unique }) {
    const shardId = shardOfSubject(target);
    const rowOf = (name: string) => ({
      id: unique(name),
      shardId,
      domains: [`${unique(name)}.example`, `crm.${unique(name)}.example`],
    });
    await withAccounts(target, [rowOf('one'), rowOf('two')], async (one, two) => {
      const document = { resource: 'clients', id: unique('document') } as const;
      for (const account of [one, two]) {
        const client = new Client(target, account);
        await client.ask({ kind: 'put', ...document, body: { owner: account.id } });
      }
      const asOne = new Client(target, one);
      const read = (host: string) => asOne.ask({ kind: 'read', ...document }, { host });
      const own = [
        BASE_DOMAIN,
        `${one.id}.${BASE_DOMAIN}`,
        `${one.id}.${BASE_DOMAIN}:8443`,
        `${one.id.toUpperCase()}.${BASE_DOMAIN}`,
        `${one.id}.example`,
        `crm.${one.id}.example`,
      ];
      for (const host of own) {
        const asked = await read(host);
        const isServed = asked.answer.documents[0]?.body?.owner === one.id;
        evidence.claim(`the account is served as ${host}`, isServed, [asked]);
      }
      const foreign = [
        `${two.id}.${BASE_DOMAIN}`,
        `${two.id}.example`,
        `nobody.${BASE_DOMAIN}`,
        `nobody.example`,
        `www.${one.id}.example`,
        `${one.id}.${BASE_DOMAIN}.example`,
        `x${one.id}.${BASE_DOMAIN}`,
      ];
      for (const host of foreign) {
        const asked = await read(host);
        evidence.claim(`it is refused as ${host}`, asked.answer.outcome === 'refused', [asked]);
      }
      const control = await new Client(target, two).ask(
        { kind: 'read', ...document },
        { host: `${two.id}.example` },
      );
      const isTheirs = control.answer.documents[0]?.body?.owner === two.id;
      evidence.control("the other account's domain serves the other account", isTheirs, [control]);
    });
  },
};

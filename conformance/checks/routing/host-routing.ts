import {
  Client,
  resourceWith,
  shardOfSubject,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, holds, withAccounts } from '../kit/index.ts';

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
      const baseDomain = new URL(Object.values(one.urls)[0] ?? '').hostname;
      const resource = resourceWith(target.system, { ids: 'client', routes: ['read', 'put'] });
      const document = { resource: resource.name, id: unique('document') };
      const markOf = ({ id }: TestAccount): string => `|${id}|`;
      for (const account of [one, two]) {
        const client = new Client(target, account);
        await client.ask({ kind: 'put', ...document, body: documentBody(resource, markOf(account)) });
      }
      const asOne = new Client(target, one);
      const read = (host: string) => asOne.ask({ kind: 'read', ...document }, { host });
      const own = [
        baseDomain,
        `${one.id}.${baseDomain}`,
        `${one.id}.${baseDomain}:8443`,
        `${one.id.toUpperCase()}.${baseDomain}`,
        `${one.id}.example`,
        `crm.${one.id}.example`,
      ];
      for (const host of own) {
        const asked = await read(host);
        const isServed = holds(asked.answer.documents[0], markOf(one));
        evidence.claim(`the account is served as ${host}`, isServed, [asked]);
      }
      const foreign = [
        `${two.id}.${baseDomain}`,
        `${two.id}.example`,
        `nobody.${baseDomain}`,
        `nobody.example`,
        `www.${one.id}.example`,
        `${one.id}.${baseDomain}.example`,
        `x${one.id}.${baseDomain}`,
      ];
      for (const host of foreign) {
        const asked = await read(host);
        evidence.claim(`it is refused as ${host}`, asked.answer.outcome === 'refused', [asked]);
      }
      const control = await new Client(target, two).ask(
        { kind: 'read', ...document },
        { host: `${two.id}.example` },
      );
      const isTheirs = holds(control.answer.documents[0], markOf(two));
      evidence.served("the other account's domain serves the other account", isTheirs, [control]);
    });
  },
};

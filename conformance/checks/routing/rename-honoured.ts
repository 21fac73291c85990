import {
  type Asked,
  administrationOf,
  Client,
  shardOfSubject,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import {
  atSkew,
  bodyOf,
  makeDocument,
  noticedWithinMs,
  operationOn,
  resourcesFor,
  withAccounts,
} from '../kit/index.ts';

const KINDS = ['read', 'list', 'join', 'create', 'put', 'patch', 'delete', 'batch'] as const;

export const renameHonoured: Check = {
  id: 'routing/rename-honoured',
  title:
    'A hostname that was given to another account serves that one within the stated time, on every route.',
  requirements: ['A1', 'A7'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['operator', 'signing', 'faults', 'tenant-hosts', 'read'],
  method:
    'Two accounts of its own, each with a domain, are served there on every route. Then the domains are exchanged in the ' +
    "account database. After the stated time (the Worker's clock is moved instead of waiting) each account is served on every " +
    "route under the domain that was the other one's, and refused under its former one: who has lost a name must not be " +
    'answered there, and who has it must not wait for longer.',
  async run(context) {
    const { target, evidence, unique } = context;
    const shardId = shardOfSubject(target);
    const domainOf = (name: string): string => `${unique(name)}.example`;
    const rowOf = (name: string) => ({ id: unique(name), shardId, domains: [domainOf(name)] });
    await withAccounts(target, [rowOf('one'), rowOf('two')], async (one, two) => {
      const owners = [
        { account: one, former: domainOf('one'), present: domainOf('two') },
        { account: two, former: domainOf('two'), present: domainOf('one') },
      ];
      for (const { account, former } of owners)
        for (const asked of await askAll(context, account, former, 'before'))
          evidence.served(
            `${account.id} is served a ${asked.operation.kind} under its domain`,
            asked.answer.outcome === 'ok',
            [asked],
          );
      await administrationOf(target).exchangeDomains(one.id, two.id);
      await atSkew(target, noticedWithinMs(target) + 1_000, async () => {
        for (const { account, former, present } of owners) {
          for (const asked of await askAll(context, account, former, 'former'))
            evidence.claim(
              `a ${asked.operation.kind} of ${account.id} is refused under the domain that it had`,
              asked.answer.outcome === 'refused',
              [asked],
            );
          for (const asked of await askAll(context, account, present, 'present'))
            evidence.claim(
              `a ${asked.operation.kind} of ${account.id} is served under the domain that it was given`,
              asked.answer.outcome === 'ok',
              [asked],
            );
        }
      });
    });
  },
};

/** One request of every kind under a host, each on a document of its own. @param stage of the check: ids are not used twice */
async function askAll(
  { target, unique }: Context,
  account: TestAccount,
  host: string,
  stage: string,
): Promise<readonly Asked[]> {
  const { system } = target;
  const client = new Client(target, account);
  return Promise.all(
    KINDS.flatMap((kind) => {
      const [resource] = resourcesFor(system, kind);
      return resource ? [{ kind, resource: resource.name }] : [];
    }).map(async ({ kind, resource }) => {
      const wished = { resource, id: unique(`${stage}-${kind}`) };
      // Under the base domain, which is everybody's.
      const made = kind === 'create' ? undefined : await makeDocument(client, system, wished, 'made');
      const handle = made?.handle ?? wished;
      return client.ask(operationOn(system, kind, handle, bodyOf(system, handle, 'changed')), { host });
    }),
  );
}

import { accountOf, Client, NeedNotMet } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { bodyIn, markIn, PassingTime, published, shows, Visitor, viewsOf } from './visitor.ts';

export const hostnameGivenUp: Check = {
  id: 'visitors/hostname-given-up',
  title:
    'A hostname that an account has given up, or another one has taken, leads there within the time that is stated.',
  requirements: ['D1', 'D3', 'D11'],
  severity: 'critical',
  environment: 'simulated-time',
  needs: ['visitors', 'hostnames', 'another-account', 'faults', 'put'],
  method:
    'An account takes a hostname, visitors look at a document under it in every place, and the account gives it up while KV refuses to ' +
    'forget. After the stated time it leads nowhere. Another account takes it then, and the same holds the other way round. While one ' +
    'has it, the other one cannot take it.',
  async run({ target, evidence, unique }) {
    const { hostnames } = target.system.visitors ?? {};
    if (!hostnames) throw new NeedNotMet('needs hostnames that an account takes and gives up');
    const accounts = [accountOf(target, 'subject'), accountOf(target, 'neighbour')] as const;
    const [view] = viewsOf(target, ({ view: { path, id } }) => path.includes(':id') && id === undefined);
    if (!view) return;
    const of = published(view, unique('domain'));
    const hostname = `${unique('domain').replaceAll(/[^a-z\d-]/g, '-')}.example.org`;
    const headers = { host: hostname };
    const time = new PassingTime(target, [
      { id: 'visitors-kept', kind: 'kv-error', operation: 'delete', status: 500 },
    ]);
    await time.pass(0);
    try {
      for (const [at, account] of accounts.entries())
        await new Client(target, account).ask({
          kind: 'put',
          ...{ resource: view.resource.name, id: of.id, body: bodyIn(of, `state-${at}`) },
        });
      for (const [at, account] of accounts.entries()) {
        const [client, other] = [account, accounts[1 - at] ?? account].map(
          (each) => new Client(target, each),
        );
        if (!client || !other) return;
        const taken = await client.send(hostnames.take(hostname));
        evidence.control('an account takes a hostname that is free', taken.response.status < 300, [taken]);
        await other.send(hostnames.take(hostname));
        for (const pop of target.pops) {
          const look = await new Visitor(target, account).look(of, { pop, headers });
          evidence.claim(
            'a hostname that an account has is not taken from it',
            !shows(look, markIn(of, `state-${1 - at}`)),
            [look],
          );
          evidence.control('it shows the document of who has it', shows(look, markIn(of, `state-${at}`)), [
            look,
          ]);
        }
        const givenUp = await client.send(hostnames.giveUp(hostname));
        await time.pass(hostnames.withinMs + 1);
        for (const pop of target.pops) {
          const look = await new Visitor(target, account).look(of, { pop, headers });
          evidence.claim(
            'a hostname that was given up leads nowhere after the stated time',
            !shows(look, markIn(of, `state-${at}`)),
            [givenUp, look],
          );
        }
      }
    } finally {
      await time.end();
    }
  },
};

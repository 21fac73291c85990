import { hostOf, resourcesFor } from '../kit/index.ts';
import { differences, shapeOf, someOf } from './answers.ts';
import { HOST_HEADERS, hostOfNobody, spellingsOf } from './hosts.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';
import { type AttackVariant, tryVariants } from './variants.ts';

/** A refusal that tells a host of somebody from a host of nobody would list the accounts there are. */
async function judgeSilence(testCase: TestCase): Promise<void> {
  const { attacker, owner } = testCase;
  const handle = testCase.handle('host');
  const nobody = hostOfNobody(owner.account);
  const hosts = [hostOf(owner.account), nobody, nobody.replace('xx', 'yy')] as const;
  const ask = (host: string) => attacker.ask(testCase.operation(handle), { host });
  // In the middle, so that what changes with time differs between the other two as well.
  const nobodysAnswer = await ask(hosts[1]);
  const asked = [await ask(hosts[0]), nobodysAnswer, await ask(hosts[2])] as const;
  const [theirs, nobodys, nobodysToo] = [
    shapeOf(asked[0], [hosts[0]]),
    shapeOf(asked[1], [hosts[1]]),
    shapeOf(asked[2], [hosts[2]]),
  ];
  const told = differences(theirs, [nobodys, nobodysToo]);
  testCase.claim("another account's host answers as a host of nobody does", told.length === 0, {
    sentences: [
      `Because the token is that of ${attacker.account.id}, it must not tell whether ${owner.account.id} exists.`,
      `However, ${hosts[0]} and ${hosts[1]} differ in ${someOf(told)}.`,
    ],
    exchanges: asked,
  });
}

export const hostAgainstToken = isolationCheck({
  name: 'host-against-token',
  title: "A token is refused at another account's host, and not told whether that account exists.",
  severity: 'critical',
  needs: ['another-account', 'tenant-hosts', 'read'],
  leavesOut: [],
  method: `On every route, the attacker sends its token to the host of another account, in several spellings, alone and
beside headers that name its own host as the one that was asked for: each request is refused and changes nothing, and it is answered exactly as one to a host of nobody.`,
  async judge(context: IsolationContext) {
    const { target, fixture, evidence } = context;
    for (const account of target.accounts) {
      const [own] = resourcesFor(target.system, 'read').flatMap(({ name }) =>
        fixture.documents(account, name),
      );
      if (!own) throw new Error(`${account.id} has no document`);
      // Behind a URL that names no account, a made-up subdomain may reach no Worker at all.
      const url = account.urls[target.pops[0] ?? ''] ?? '';
      if (target.environment === 'remote' && hostOf(account) !== new URL(url).hostname) continue;
      const read = { kind: 'read', resource: own.resource, id: own.id } as const;
      const control = await fixture.client(account).ask(read, { host: hostOf(account) });
      evidence.served(`the own host of ${account.id} is served`, control.answer.outcome === 'ok', [control]);
    }
    await tryVariants({
      what: "another account's host",
      isRefused: true,
      variants: ({ owner, attacker }) => {
        const spellings = spellingsOf(hostOf(owner.account));
        const plain = spellings.map(
          (host): AttackVariant => ({ name: `the host ${host}`, change: () => ({ host }) }),
        );
        // A wrong host is wrong, whatever a header says of where the request came in.
        const forwarded = HOST_HEADERS.flatMap(({ name, naming }) =>
          spellings.map((host): AttackVariant => {
            const value = naming(hostOf(attacker.account));
            return {
              name: `the host ${host} and ${name}: ${value}`,
              change: ({ headers }) => ({ host, headers: { ...headers, [name]: value } }),
            };
          }),
        );
        return [...plain, ...forwarded];
      },
    })(context);
    await eachCase(judgeSilence)(context);
  },
});

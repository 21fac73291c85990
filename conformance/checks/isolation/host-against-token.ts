import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import { differences, shapeOf, someOf } from './answers.ts';
import { assault } from './assault.ts';
import { hostOf, hostOfNobody } from './hosts.ts';
import { sampleOf } from './sample.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** A refusal that tells a host of somebody from a host of nobody would list the accounts there are. */
async function judgeSilence(bench: Bench): Promise<void> {
  await forEachCell(bench, async (cell) => {
    const other = accountOf(bench.target, cell.placement);
    const client = new Client(bench.target, accountOf(bench.target, 'subject'));
    const place = { resource: 'clients', id: bench.unique('host') } as const;
    const hosts = [hostOf(other), hostOfNobody(other), hostOfNobody(other).replace('xx', 'yy')] as const;
    const ask = (host: string) => client.ask(sampleOf(cell.route, place, {}), { host });
    // In the middle, so that what changes with time differs between the other two as well.
    const nobodysAnswer = await ask(hosts[1]);
    const asked = [await ask(hosts[0]), nobodysAnswer, await ask(hosts[2])] as const;
    const [theirs, nobodys, nobodysToo] = [
      shapeOf(asked[0], [hosts[0]]),
      shapeOf(asked[1], [hosts[1]]),
      shapeOf(asked[2], [hosts[2]]),
    ];
    const told = differences(theirs, [nobodys, nobodysToo]);
    bench.claim(cell, "another account's host answers as a host of nobody does", told.length === 0, {
      sentences: [
        `Because the token is that of ${client.account.id}, it must not tell whether ${other.id} exists.`,
        `However, ${hosts[0]} and ${hosts[1]} differ in ${someOf(told)}.`,
      ],
      exchanges: asked,
    });
  });
}

export const hostAgainstToken = vector({
  name: 'host-against-token',
  title: "A token is refused at another account's host, and not told whether that account exists.",
  severity: 'critical',
  needs: ['another-account', 'tenant-hosts', 'read', 'put'],
  leavesOut: [],
  method: `For every route, the subject sends its token to the host of another account, in several spellings: each request
is refused and changes nothing, and it is answered exactly as one to a host of nobody.`,
  async judge(bench) {
    const { target, scene, evidence } = bench;
    const read = { kind: 'read', resource: 'clients', id: scene.sharedId } as const;
    const own = accountOf(target, 'subject');
    // Behind a URL that names no account, a made-up subdomain may reach no Worker at all.
    if (
      target.environment !== 'remote' ||
      hostOf(own) === new URL(own.urls[target.pops[0] ?? ''] ?? '').hostname
    ) {
      const control = await scene.client('subject').ask(read, { host: hostOf(own) });
      evidence.control('the own host is served', control.answer.outcome === 'ok', [control]);
    }
    await assault(bench, {
      what: "another account's host",
      isRefused: true,
      disguises: (other) =>
        [hostOf(other), hostOf(other).toUpperCase(), `${hostOf(other)}:8443`].map((host) => ({
          name: `the host ${host}`,
          dress: () => ({ host }),
        })),
    });
    await judgeSilence(bench);
  },
});

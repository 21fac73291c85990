import {
  type Asked,
  accountOf,
  Client,
  platformOf,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { noticedWithinMs, setActive, withAccounts } from '../kit/accounts.ts';
import { atSkew } from '../kit/planned-faults.ts';
import type { Cell, Placement } from './cells.ts';
import { sampleBody, sampleOf } from './sample.ts';
import { type Bench, vector } from './vector.ts';

/** Every kind of request of one account, each on a document of its own. */
async function askAll(bench: Bench, cells: readonly Cell[], account: TestAccount): Promise<readonly Asked[]> {
  const client = new Client(bench.target, account);
  return Promise.all(
    cells.map(({ route }) => {
      const place = { resource: 'clients', id: `${account.id}-${route}` } as const;
      return client.ask(sampleOf(route, place, sampleBody(place, secretOf(account))));
    }),
  );
}

const secretOf = ({ id }: TestAccount): string => `secret-of-${id}`;

async function lay(bench: Bench, cells: readonly Cell[], account: TestAccount): Promise<void> {
  const client = new Client(bench.target, account);
  for (const { route } of cells) {
    const place = { resource: 'clients', id: `${account.id}-${route}` } as const;
    if (route !== 'create')
      await client.ask({ kind: 'put', ...place, body: sampleBody(place, secretOf(account)) });
  }
}

async function judgePlacement(bench: Bench, placement: Placement): Promise<void> {
  const { target } = bench;
  const cells = bench.cells.filter((cell) => cell.placement === placement);
  const theirs = accountOf(target, placement);
  const shardId = platformOf(target).shardOf(theirs.id);
  const rows = ['off', 'on'].map((state) => ({ id: bench.unique(`${placement}-${state}`), shardId }));
  await withAccounts(target, rows, async (...made) => {
    const [off, on] = made.map((account) => ({ ...account, urls: theirs.urls }));
    if (!off || !on) throw new Error('two accounts were asked for');
    for (const account of [off, on]) await lay(bench, cells, account);
    await setActive(target, off.id, false);
    const [refused, served] = await atSkew(target, noticedWithinMs(target) + 1_000, async () => [
      await askAll(bench, cells, off),
      await askAll(bench, cells, on),
    ]);
    for (const [index, cell] of cells.entries()) {
      const [asked, control] = [refused?.[index], served?.[index]];
      if (!asked || !control) throw new Error('an answer is missing');
      const isRefused = asked.answer.outcome === 'refused' && !asked.response.body.includes(secretOf(off));
      bench.claim(cell, 'a deactivated account is shown and changes nothing', isRefused, {
        sentences: [
          `Because ${off.id} was deactivated more than ${noticedWithinMs(target)} ms before, it must be refused.`,
          `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status}.`,
        ],
        exchanges: [asked],
      });
      bench.control(cell, 'an active account beside it is served', control.answer.outcome === 'ok', [
        control,
      ]);
    }
  });
}

export const deactivatedAccount = vector({
  name: 'deactivated-account',
  title: 'A deactivated account is refused on every route, while the active one beside it is served.',
  severity: 'critical',
  requirements: ['A1'],
  needs: ['another-account', 'operator', 'signing', 'faults', 'put'],
  leavesOut: [],
  method: `Two accounts made for this check on each shard; one is deactivated. After the time within which that must be
noticed (the Worker's clock is moved instead of waiting), it is refused on every route, and the other one is served. When
exactly it is noticed is for routing/deactivation-honoured.`,
  async judge(bench) {
    const placements = new Set(bench.cells.map(({ placement }) => placement));
    // One after another: there is one clock.
    for (const placement of placements) await judgePlacement(bench, placement);
  },
});

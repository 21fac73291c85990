import { COLLECTIONS } from '../../../reference-worker/shared-shards/system.ts';
import {
  accountOf,
  Client,
  type HttpRequest,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { isSameVersion } from '../kit/unchanged.ts';
import { assault, type Disguise } from './assault.ts';
import { ACCOUNT_FIELDS } from './body-names-account.ts';
import { routesExcept } from './cells.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

const inOperations = (field: string, { id }: TestAccount): Disguise => ({
  name: `${field}: ${id} in an operation`,
  dress: ({ body }: HttpRequest) => ({ body: JSON.stringify(inLists(JSON.parse(body ?? '{}'), field, id)) }),
});

/** Adds a field to whatever stands in a list: to the operations, whatever a dialect calls the list. */
function inLists(json: unknown, field: string, value: string): unknown {
  if (Array.isArray(json)) return json.map((each) => ({ ...each, [field]: value }));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, inLists(each, field, value)]));
}

/** An own write beside one that needs the other account's document: neither happens. */
async function judgeAtomicity(bench: Bench): Promise<void> {
  const { target, scene, unique } = bench;
  await forEachCell(bench, async (cell) => {
    const [me, owner] = [
      new Client(target, accountOf(target, 'subject')),
      new Client(target, accountOf(target, cell.placement)),
    ];
    for (const kind of ['patch', 'delete'] as const) {
      const place = { resource: COLLECTIONS[2], id: unique(`theirs-${kind}-${cell.placement}`) };
      const own = { resource: COLLECTIONS[2], id: unique(`mine-${kind}-${cell.placement}`) };
      const body = { secret: scene.secretOf(cell.placement) };
      const laid = await owner.ask({ kind: 'put', ...place, body });
      const writes = [
        { kind: 'put', ...own, body: {} },
        kind === 'patch' ? { kind, ...place, body: { secret: 'of an intruder' } } : { kind, ...place },
      ] as const;
      const batch = await me.ask({ kind: 'batch', writes });
      const mine = await me.ask({ kind: 'read', ...own });
      const isRefused = batch.answer.outcome !== 'ok' && mine.answer.outcome === 'absent';
      bench.claim(cell, "a batch that needs another account's document does nothing", isRefused, {
        sentences: [
          `Because ${me.account.id} has no ${place.resource}/${place.id}, its batch must fail as a whole.`,
          `However, it answered ${batch.response.status}, and the own document in it answers ${mine.response.status}.`,
        ],
        exchanges: [batch, mine],
      });
      await owner.ask({ kind: 'put', ...place, id: `${place.id}-later`, body: {} });
      const kept = await owner.ask({ kind: 'read', ...place });
      const [document] = kept.answer.documents;
      const isKept = document?.body?.secret === body.secret && isSameVersion(laid, kept);
      bench.claim(cell, "a batch changes nothing of another account's", isKept, [batch, kept]);
    }
  });
}

export const batchMixing = vector({
  name: 'batch-mixing',
  title: 'A batch acts on one account, whatever its operations name, and does all of its writes or none.',
  severity: 'critical',
  needs: ['another-account', 'batch', 'read', 'put'],
  leavesOut: [{ routes: routesExcept('batch'), because: 'they carry one operation, not several' }],
  method: `Batches of the subject whose operations name another account in a field of their own, and batches that put an
own document and patch or delete one that only the other account has. The first act on the own account or are refused; the
second fail as a whole.`,
  async judge(bench) {
    await assault(bench, {
      what: 'an operation that names another account',
      isRefused: false,
      disguises: (other) => ACCOUNT_FIELDS.map((field) => inOperations(field, other)),
    });
    await judgeAtomicity(bench);
  },
});

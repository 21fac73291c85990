import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import {
  applyMutation,
  type MutatedWorker,
  platformOf,
  readMutations,
  type StartedTarget,
  startLocal,
  type TestAccount,
} from '../../reference-worker/target/index.ts';
import { readYourWritesByTrials } from '../checks/consistency/session-trials.ts';
import type { Check } from '../checks/index.ts';
import { swappedId } from '../checks/isolation/swapped-id.ts';
import type { ConformanceOptions } from './options.ts';
import { runOnce } from './run-once.ts';

/**
 * The local platform as a remote target: nothing is known of it but URLs and tokens. It is the same Worker, so that
 * what is found must be the same too.
 */
function mutated(id: string): MutatedWorker {
  const mutation = readMutations(system).find((each) => each.id === id);
  if (!mutation) throw new Error(`there is no mutation ${id}`);
  return applyMutation(mutation, system);
}
const needsOperator: Check = { ...swappedId, id: 'isolation/needs-operator', needs: ['operator'] };

const started: StartedTarget[] = [];
async function start(entry?: string): Promise<StartedTarget> {
  const target = await startLocal({ system, environment: 'real-time', seed: 1, entry });
  started.push(target);
  return target;
}
let reference: StartedTarget;
beforeAll(async () => {
  reference = await start();
});
afterAll(async () => {
  for (const { stop } of started) await stop();
});

async function run(
  checks: readonly Check[],
  { at = reference, given = (accounts) => accounts }: { at?: StartedTarget; given?: Given } = {},
) {
  const accounts = given(at.target.accounts);
  const options: ConformanceOptions = {
    checks,
    only: [],
    seed: 3,
    effort: 'fast',
    runs: 1,
    leaveDocuments: false,
    list: false,
    target: 'http://localhost:1',
    tokens: 'tokens.json',
  };
  const prepared = { system, accounts, name: 'http://localhost:1', remove: () => undefined };
  const { result, attachments } = await runOnce(options, prepared, {
    onOutcome: () => undefined,
    onCleanUp: () => undefined,
    signal: new AbortController().signal,
  });
  const verdicts = result.checks.map(({ verdict }) => verdict);
  return {
    result,
    verdicts,
    texts: JSON.stringify([result, attachments]),
    tokens: accounts.map(({ token }) => token),
  };
}
type Given = (accounts: readonly TestAccount[]) => readonly TestAccount[];

/** Documents that are there, whoever they belong to. */
async function documents(): Promise<unknown[]> {
  const { operator } = platformOf(reference.target).platform;
  const sql = (table: string): string => `SELECT account_id, entity_id FROM ${table} WHERE deleted = 0`;
  const shards = ['shard-a', 'shard-b', 'shard-c'];
  const rows = shards.flatMap((shard) =>
    ['groups', 'users', 'clients', 'finances', 'notes'].map((table) => operator.query(shard, sql(table))),
  );
  return (await Promise.all(rows)).flat();
}

describe('a remote target', () => {
  test('is judged by what can be run there; the rest is skipped, and every document removed', async () => {
    const { result, verdicts } = await run([swappedId, readYourWritesByTrials, needsOperator]);

    expect(verdicts).toEqual(['PASS', 'PASS', 'SKIPPED']);
    expect(result.verdict).toMatchObject({ outcome: 'INCONCLUSIVE', decidedBy: 'cache' });
    expect(result.cleanUp?.removed).toBeGreaterThan(20);
    expect(result.cleanUp?.left).toEqual([]);
    expect(await documents()).toEqual([]);
  });

  test('with one account shows nothing of isolation', async () => {
    const { result, verdicts } = await run([swappedId, readYourWritesByTrials], {
      given: (accounts) => accounts.slice(0, 1),
    });

    expect(verdicts).toEqual(['SKIPPED', 'PASS']);
    expect(result.verdict).toMatchObject({ outcome: 'INCONCLUSIVE', decidedBy: 'isolation' });
    expect(result.checks[0]?.reason).toContain('second account');
  });

  test('that shows the documents of a neighbour fails, with a witness that holds no token', async () => {
    const leak = mutated('isolation/read-without-account');

    const { result, texts, tokens } = await run([swappedId], {
      at: await start(leak.entry).finally(leak.remove),
    });

    expect(result.verdict).toMatchObject({ outcome: 'FAIL', decidedBy: swappedId.id });
    expect(result.checks[0]?.broken[0]?.witness?.exchanges.length).toBeGreaterThan(0);
    expect(texts).toContain('$SUBJECT_TOKEN');
    expect(result.checks[0]?.reproduce).toContain('--target http://localhost:1 --tokens tokens.json');
    for (const token of tokens) {
      expect(texts).not.toContain(token);
      expect(texts).not.toContain(token.split('.')[2]);
    }
  });

  test('that answers with what was true before fails', async () => {
    const stale = mutated('load/stale');

    const { result } = await run([readYourWritesByTrials], {
      at: await start(stale.entry).finally(stale.remove),
    });

    expect(result.verdict).toMatchObject({ outcome: 'FAIL', decidedBy: readYourWritesByTrials.id });
  });

  test('whose tokens are refused is VOID, and nothing is judged', async () => {
    const { result, texts, tokens } = await run([swappedId], {
      given: (accounts) => accounts.map((account) => ({ ...account, token: `${account.token}x` })),
    });

    expect(result.checks).toEqual([]);
    expect(result.verdict).toMatchObject({ outcome: 'VOID', decidedBy: 'preflight' });
    expect(result.verdict.reason).toMatch(
      /^token_refused: The token of the subject \([a-z0-9-]+\) is refused/,
    );
    for (const token of tokens) expect(texts).not.toContain(token);
  });
});

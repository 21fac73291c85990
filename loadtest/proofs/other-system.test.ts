import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canaryOf } from '../../fixtures/index.ts';
import {
  Behaviour,
  clientAt,
  deployOf,
  operationsOf,
  type TestAccount,
} from '../../reference-worker/target/index.ts';
import { loadTestSystem } from '../../reference-worker/target/testing/index.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { measureOn } from '../measure.ts';
import { scenarioOf, shapes } from '../scenarios/index.ts';
import { loaded } from '../system.ts';
import { type Evidence, signalsOf } from '../verdict/index.ts';

/**
 * A system that shares no word with the reference Worker: a cookie instead of a token, ids that the server makes, no versions, no
 * joins. Real k6 works with it by its description alone.
 */
const notebook = loaded(await loadTestSystem('notebook'));
const { journey } = notebook;
const scenario = scenarioOf(
  {
    ...shapes.smoke,
    virtualUsers: 12,
    thinkTimeMedianMs: 100,
    phases: [
      { name: 'ramp', seconds: 1, share: 1, counts: false },
      { name: 'hold', seconds: 4, share: 1, counts: true },
    ],
  },
  notebook,
);

// Within the repository, so that a Worker that is written there finds its packages.
const STATE = join(import.meta.dirname, '..', '..', '.shardproof', 'state');
let folder: string;
let k6File: string;
beforeAll(async () => {
  mkdirSync(STATE, { recursive: true });
  folder = mkdtempSync(join(STATE, 'other-system-'));
  k6File = (await findK6()).file;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Gives an account some notes, each with its canary. @returns their ids */
async function seed({ id: account, token, urls }: TestAccount): Promise<string[]> {
  const url = urls.LHR ?? '';
  const client = clientAt({ system: notebook, account, token, url });
  const ids: string[] = [];
  for (let number = 0; number < 30; number += 1) {
    const handle = { resource: 'notes', id: `seed-${number}` };
    const text = canaryOf({ account, collection: 'notes', id: handle.id, version: 1 });
    const { answer } = await client.ask({ kind: 'create', ...handle, body: { title: 'seeded', text } });
    ids.push(answer.documents[0]?.id ?? '');
  }
  return ids;
}

/** Lets k6 work with the notebook. @param defect turns the source of its Worker into another one's */
async function evidenceOf(defect = (source: string): string => source): Promise<Evidence> {
  const stateDir = mkdtempSync(join(folder, 'run-'));
  const source = join(
    import.meta.dirname,
    '../../reference-worker/target/testing/notebook/notebook-worker.ts',
  );
  const entry = join(stateDir, 'worker.ts');
  writeFileSync(entry, defect(readFileSync(source, 'utf8')));
  const behaviour = Behaviour.parse({});
  const { platform, accounts } = await deployOf(notebook)({
    environment: 'real-time',
    stateDir,
    behaviour,
    entry,
  });
  try {
    const [subject, ...others] = accounts;
    if (!subject) throw new Error('the notebook has no account.');
    const notes = await seed(subject);
    for (const other of others) await seed(other);
    return await measureOn(platform, {
      system: notebook,
      account: { account: subject.id, ids: { notes }, tokens: [subject.token], searches: [] },
      deployment: { name: 'worker', urls: subject.urls },
      ...{ scenario, behaviour, k6File, stateDir, signal: new AbortController().signal },
    });
  } finally {
    await platform.stop();
  }
}

const broken = (evidence: Evidence): string[] =>
  signalsOf(evidence).flatMap(({ id, kind, holds }) => (kind === 'safety' && !holds ? [id] : []));

describe('a smoke run of a system that a user describes', () => {
  test('keeps every guarantee, makes every request of the journey and verifies every answer', async () => {
    const evidence = await evidenceOf();

    expect(broken(evidence)).toEqual([]);
    const { counters, operations } = evidence.aggregate;
    expect(counters).toMatchObject({ unexpected_status: 0, corrupt_bodies: 0 });
    expect(counters.documents_checked).toBeGreaterThan(200);
    expect([...operations.keys()].sort()).toEqual([...operationsOf(journey).keys()].sort());
  });

  const replaced = (from: string, to: string) => (source: string) => {
    if (!source.includes(from)) throw new Error(`the Worker has no ${from}`);
    return source.replace(from, to);
  };

  test.each([
    [
      'that lists the notes of everybody',
      'FROM note WHERE user = ?1 AND (?2',
      'FROM note WHERE ?1 <> ?3 AND (?2',
      'isolation-violations',
    ],
    ['that loses changes', 'SET title = coalesce(?3, title)', 'SET title = title', 'stale-reads'],
  ])('fails for a Worker %s', async (_, from, to, signal) => {
    expect(broken(await evidenceOf(replaced(from, to)))).toContain(signal);
  });
});

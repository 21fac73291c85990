import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSystem } from '../../../reference-worker/target/index.ts';
import { runChecks } from '../../run/index.ts';
import { everyDocumentFresh } from './every-document-fresh.ts';

/** One Worker in two forms, with a promise each: the one keeps it, and the other cannot, as its own numbers say. */
const FORMS = join(import.meta.dirname, '../../../reference-worker/synced-settings');

async function outcomeOf(form: string) {
  const system = await loadSystem({ config: join(FORMS, form) }, import.meta.dirname);
  const [outcome] = await runChecks({
    ...{ system, checks: [everyDocumentFresh], seed: 1, effort: 'fast', onOutcome: () => undefined },
    signal: new AbortController().signal,
  });
  return outcome;
}

test('the lean form keeps what it promises', async () => {
  expect(await outcomeOf('system.ts')).toMatchObject({ verdict: 'PASS' });
}, 120_000);

test('the form to the letter breaks its promise, and the witness has the arithmetic beside it', async () => {
  const outcome = await outcomeOf('letter.ts');

  expect(outcome?.verdict).toBe('FAIL');
  const said = outcome?.witness?.sentences.join('\n');
  expect(said).toContain('1 h passed, and the schedule ran 4 times');
  expect(said).toMatch(/However, \d+ of them still show what was there before/);
  expect(said).toContain('4 runs refresh 400 documents at most');
  expect(said).toContain('all are refreshed after 12,500 h');
}, 120_000);

import { describe, expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { CHECKS as ALL, type Check, type CheckOutcome, type CheckVerdict } from '../checks/index.ts';
import { judgeProof } from './judge.ts';
import { checksUpTo, type Kill, killOf } from './kill.ts';
import { type CheckMutation, checksShownBy, readCheckMutations } from './mutations.ts';

const { mutations, sentinel } = readCheckMutations(system, ALL);
/** Those that are there for other systems are shown to fail on them. */
const CHECKS = checksShownBy(mutations, ALL);

const outcome = (check: Check, verdict: CheckVerdict): CheckOutcome => ({
  check,
  verdict,
  reason: `because of ${verdict}`,
  claims: 1,
  controls: 1,
  failures: verdict === 'FAIL' ? [{ text: 'a claim', holds: false }] : [],
  remarks: [],
  durationMs: 0,
});
/** As if only the named check had seen the mutation. */
const caught = (mutation: CheckMutation): Kill =>
  killOf(
    mutation,
    checksUpTo(mutation, CHECKS).map((check) =>
      outcome(check, check.id === mutation.check ? 'FAIL' : 'PASS'),
    ),
  );
const green = CHECKS.map((check) => outcome(check, 'PASS'));
const kills = mutations.map(caught);
const caughtSentinel = caught(sentinel);

test('all green on the reference Worker, the sentinel and every mutation caught: PASS', () => {
  expect(judgeProof(green, caughtSentinel, kills, CHECKS).outcome).toBe('PASS');
});

describe('VOID', () => {
  test.each(['FAIL', 'INCONCLUSIVE', 'VOID', 'SKIPPED'] as const)(
    'when a check is %s on the reference Worker',
    (verdict) => {
      const [first, ...rest] = CHECKS;
      if (!first) throw new Error('there are no checks');

      const { outcome: said, reasons } = judgeProof(
        [outcome(first, verdict), ...green.slice(1)],
        caughtSentinel,
        kills,
        [first, ...rest],
      );

      expect(said).toBe('VOID');
      expect(reasons[0]).toContain(first.id);
    },
  );

  test('when a check was not run on the reference Worker', () => {
    expect(judgeProof(green.slice(1), caughtSentinel, kills, CHECKS).outcome).toBe('VOID');
  });

  test('when the sentinel is not caught', () => {
    const missed = killOf(
      sentinel,
      checksUpTo(sentinel, CHECKS).map((check) => outcome(check, 'PASS')),
    );

    expect(judgeProof(green, missed, kills, CHECKS)).toMatchObject({ outcome: 'VOID' });
  });
});

describe('a check without its body', () => {
  test.each(CHECKS.map((check) => [check.id, check] as const))('%s fails the self-test', (id) => {
    // A hollow check claims nothing, or claims what is always true: then it never sees its mutations.
    const blind = mutations.map((mutation) =>
      mutation.check === id
        ? killOf(
            mutation,
            checksUpTo(mutation, CHECKS).map((check) => outcome(check, check.id === id ? 'PASS' : 'FAIL')),
          )
        : caught(mutation),
    );

    const { outcome: said, reasons } = judgeProof(green, caughtSentinel, blind, CHECKS);

    expect(said).toBe('FAIL');
    expect(reasons.some((reason) => reason.startsWith(`${id} has caught no mutation`))).toBe(true);
  });
});

describe('a kill', () => {
  const [mutation] = mutations;
  if (!mutation) throw new Error('there are no mutations');
  const checks = checksUpTo(mutation, CHECKS);

  test.each(['PASS', 'INCONCLUSIVE', 'VOID', 'SKIPPED'] as const)(
    'is none when the named check is %s',
    (verdict) => {
      const kill = killOf(
        mutation,
        checks.map((check) => outcome(check, check.id === mutation.check ? verdict : 'FAIL')),
      );

      expect(kill.survived).toContain(verdict);
    },
  );

  test('tells which check of the area failed before', () => {
    const before = { ...(checks[0] as Check), id: 'isolation/before' };

    const kill = killOf(
      mutation,
      [before, ...checks].map((check) => outcome(check, 'FAIL')),
    );

    expect(kill.survived).toBeUndefined();
    expect(kill.caughtFirstBy).toBe('isolation/before');
  });
});

test('a FAIL whose claims all hold is no kill: the request that had to be served was denied', () => {
  const [mutation] = mutations;
  const check = CHECKS.find(({ id }) => id === mutation?.check);
  if (!mutation || !check) throw new Error('there are no mutations');

  const { survived } = killOf(mutation, [{ ...outcome(check, 'FAIL'), failures: [] }]);

  expect(survived).toContain('ended in FAIL by a control alone');
});

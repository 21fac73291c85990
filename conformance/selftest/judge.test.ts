import { describe, expect, test } from 'vitest';
import type { Check } from '../checks/check.ts';
import { CHECKS } from '../checks/registry.ts';
import type { CheckVerdict, Outcome } from '../checks/run-check.ts';
import { DEFECTS } from '../defects/catalogue.ts';
import type { Defect } from '../defects/defect.ts';
import { CANARY } from './canary.ts';
import { judge } from './judge.ts';
import { checksUpTo, type Kill, killOf } from './kill.ts';

const outcome = (check: Check, verdict: CheckVerdict): Outcome => ({
  check,
  verdict,
  reason: `because of ${verdict}`,
  claims: 1,
  controls: 1,
  failures: [],
  remarks: [],
  durationMs: 0,
});
/** As if only the named check had seen the defect. */
const caught = (defect: Defect): Kill =>
  killOf(
    defect,
    checksUpTo(defect, CHECKS).map((check) => outcome(check, check.id === defect.check ? 'FAIL' : 'PASS')),
  );
const green = CHECKS.map((check) => outcome(check, 'PASS'));
const kills = DEFECTS.map(caught);
const canary = caught(CANARY);

test('all green on the reference Worker, the canary and every defect caught: PASS', () => {
  expect(judge(green, canary, kills, CHECKS).outcome).toBe('PASS');
});

describe('VOID', () => {
  test.each(['FAIL', 'INCONCLUSIVE', 'VOID', 'SKIPPED'] as const)(
    'when a check is %s on the reference Worker',
    (verdict) => {
      const [first, ...rest] = CHECKS;
      if (!first) throw new Error('there are no checks');

      const { outcome: said, reasons } = judge([outcome(first, verdict), ...green.slice(1)], canary, kills, [
        first,
        ...rest,
      ]);

      expect(said).toBe('VOID');
      expect(reasons[0]).toContain(first.id);
    },
  );

  test('when a check was not run on the reference Worker', () => {
    expect(judge(green.slice(1), canary, kills, CHECKS).outcome).toBe('VOID');
  });

  test('when the canary is not caught', () => {
    const missed = killOf(
      CANARY,
      checksUpTo(CANARY, CHECKS).map((check) => outcome(check, 'PASS')),
    );

    expect(judge(green, missed, kills, CHECKS)).toMatchObject({ outcome: 'VOID' });
  });
});

describe('a check without its body', () => {
  test.each(CHECKS.map((check) => [check.id, check] as const))('%s fails the self-test', (id) => {
    // A hollow check claims nothing, or claims what is always true: then it never sees its defects.
    const blind = DEFECTS.map((defect) =>
      defect.check === id
        ? killOf(
            defect,
            checksUpTo(defect, CHECKS).map((check) => outcome(check, check.id === id ? 'PASS' : 'FAIL')),
          )
        : caught(defect),
    );

    const { outcome: said, reasons } = judge(green, canary, blind, CHECKS);

    expect(said).toBe('FAIL');
    expect(reasons.some((reason) => reason.startsWith(`${id} has caught no planted defect`))).toBe(true);
  });
});

describe('a kill', () => {
  const [defect] = DEFECTS;
  if (!defect) throw new Error('there are no defects');
  const checks = checksUpTo(defect, CHECKS);

  test.each(['PASS', 'INCONCLUSIVE', 'VOID', 'SKIPPED'] as const)(
    'is none when the named check is %s',
    (verdict) => {
      const kill = killOf(
        defect,
        checks.map((check) => outcome(check, check.id === defect.check ? verdict : 'FAIL')),
      );

      expect(kill.survived).toContain(verdict);
    },
  );

  test('tells which check of the area failed before', () => {
    const before = { ...(checks[0] as Check), id: 'isolation/before' };

    const kill = killOf(
      defect,
      [before, ...checks].map((check) => outcome(check, 'FAIL')),
    );

    expect(kill.survived).toBeUndefined();
    expect(kill.caughtFirstBy).toBe('isolation/before');
  });
});

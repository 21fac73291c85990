import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleCheck } from './testing/sample-conformance.ts';
import { conformanceVerdict, type JudgedChecks } from './verdict.ts';

type Verdict = JudgedChecks['checks'][number]['verdict'];
type Area = 'isolation' | 'consistency' | 'cache' | 'limits';

const check = (verdict: Verdict, area: Area = 'isolation', severity: 'critical' | 'medium' = 'critical') =>
  sampleCheck({ id: `${area}/${verdict}-${severity}`, area, verdict, severity, reason: `${verdict} there.` });
const judged = (checks: JudgedChecks['checks'], more: Partial<JudgedChecks> = {}) =>
  conformanceVerdict({ checks, areChosen: false, doubts: [], ...more });

const proved = (['isolation', 'consistency', 'cache'] as const).map((area) => check('PASS', area));

describe('the verdict of a run', () => {
  test('is PASS when the three areas were judged and nothing was found; skipped checks are counted apart', () => {
    expect(judged([...proved, check('SKIPPED', 'limits')])).toEqual({
      outcome: 'PASS',
      decidedBy: 'none',
      reason: '3 of 4 checks hold. 1 were skipped and prove nothing.',
    });
  });

  test('FAIL outranks VOID, which outranks INCONCLUSIVE, which outranks a doubt', () => {
    const doubts = ['The clock is wrong.'];
    const [failed, spoiled, open] = [check('FAIL'), check('VOID'), check('INCONCLUSIVE')];

    expect(judged([...proved, open, spoiled, failed], { doubts }).outcome).toBe('FAIL');
    expect(judged([...proved, open, spoiled], { doubts })).toMatchObject({
      outcome: 'VOID',
      decidedBy: spoiled.id,
    });
    expect(judged([...proved, open], { doubts })).toMatchObject({
      outcome: 'INCONCLUSIVE',
      decidedBy: open.id,
    });
    expect(judged(proved, { doubts })).toEqual({
      outcome: 'INCONCLUSIVE',
      decidedBy: 'preflight',
      reason: 'The clock is wrong.',
    });
  });

  test('the worst failure decides, the first among equals, and the others are counted', () => {
    const slight = check('FAIL', 'limits', 'medium');
    const grave = check('FAIL', 'cache');

    expect(judged([slight, grave, check('FAIL', 'isolation')])).toEqual({
      outcome: 'FAIL',
      decidedBy: grave.id,
      reason: 'FAIL there. So ended 3 checks.',
    });
  });

  test('a run that judged nothing is VOID, whether nothing was asked for or all was skipped', () => {
    expect(judged([])).toMatchObject({ outcome: 'VOID', decidedBy: 'none' });
    expect(judged([check('SKIPPED'), check('SKIPPED', 'cache')], { areChosen: true })).toMatchObject({
      outcome: 'VOID',
      reason: 'No check was judged, so nothing was proved: 2 were skipped.',
    });
  });

  test('what the preflight found leaves nothing to judge', () => {
    expect(judged([], { preflightProblem: 'unreachable: nobody is there.' })).toEqual({
      outcome: 'VOID',
      decidedBy: 'preflight',
      reason: 'unreachable: nobody is there.',
    });
  });

  test.each(['isolation', 'consistency', 'cache'] as const)('without %s a run proves too little', (area) => {
    const rest = proved.filter((each) => each.area !== area);
    const skipped = check('SKIPPED', area);

    expect(judged([...rest, skipped])).toMatchObject({ outcome: 'INCONCLUSIVE', decidedBy: area });
    expect(judged([...rest, skipped], { areChosen: true }).outcome).toBe('PASS');
  });

  test('one account shows nothing of isolation, whatever checks could run with it', () => {
    expect(judged(proved, { accounts: 1 })).toMatchObject({
      outcome: 'INCONCLUSIVE',
      decidedBy: 'isolation',
    });
    expect(judged(proved, { accounts: 2 }).outcome).toBe('PASS');
  });

  test('never passes with a failure, an error, a doubt or nothing judged', () => {
    const verdict = fc.constantFrom<Verdict>('PASS', 'FAIL', 'INCONCLUSIVE', 'VOID', 'SKIPPED');
    const area = fc.constantFrom<Area>('isolation', 'consistency', 'cache', 'limits');
    const checks = fc.array(fc.tuple(verdict, area).map(([each, where]) => check(each, where)));
    fc.assert(
      fc.property(
        checks,
        fc.boolean(),
        fc.array(fc.string(), { maxLength: 1 }),
        (given, areChosen, doubts) => {
          const { outcome } = judged(given, { areChosen, doubts });
          const isClean = given.every((each) => each.verdict === 'PASS' || each.verdict === 'SKIPPED');
          const judgedSome = given.some((each) => each.verdict === 'PASS');

          if (outcome === 'PASS') expect([isClean, judgedSome, doubts.length]).toEqual([true, true, 0]);
          expect(outcome === 'FAIL').toBe(given.some((each) => each.verdict === 'FAIL'));
        },
      ),
    );
  });
});

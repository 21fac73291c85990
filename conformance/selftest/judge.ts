import type { Check, CheckOutcome } from '../checks/index.ts';
import type { Kill } from './kill.ts';

export interface SelftestVerdict {
  readonly outcome: 'PASS' | 'FAIL' | 'VOID';
  /** What decided, a sentence each. */
  readonly reasons: readonly string[];
}

/**
 * Whether the checks have proved that they can fail.
 *
 * VOID: the reference Worker was not all green, or the sentinel, a mutation that cannot be overlooked, was; then red and
 * green say nothing about the mutations. FAIL: a mutation survived its check, or a check has none that it catches.
 *
 * @param baseline the outcomes of every check on the reference Worker
 * @param sentinel what became of the sentinel
 * @param kills what became of the mutations
 * @param checks those that are to be proved
 */
export function judgeProof(
  baseline: readonly CheckOutcome[],
  sentinel: Kill,
  kills: readonly Kill[],
  checks: readonly Check[],
): SelftestVerdict {
  const spoiled = [
    ...baseline
      .filter(({ verdict }) => verdict !== 'PASS')
      .map(({ check, verdict, reason }) => `On the reference Worker ${check.id} is ${verdict}: ${reason}`),
    ...checks
      .filter(({ id }) => !baseline.some(({ check }) => check.id === id))
      .map(({ id }) => `On the reference Worker ${id} was not run.`),
    ...(sentinel.survived === undefined ? [] : [`The sentinel was not caught: ${sentinel.survived}`]),
  ];
  if (spoiled.length > 0) return { outcome: 'VOID', reasons: spoiled };
  const failed = [
    ...kills.flatMap(({ mutation, survived }) =>
      survived === undefined ? [] : [`${mutation.id} survived: ${survived}`],
    ),
    ...checks
      .filter(
        ({ id }) => !kills.some(({ mutation, survived }) => mutation.check === id && survived === undefined),
      )
      .map(({ id }) => `${id} has caught no mutation, so nothing shows that it can fail.`),
  ];
  if (failed.length > 0) return { outcome: 'FAIL', reasons: failed };
  const caught = `${kills.length} mutations were caught, each by the check that it names.`;
  return {
    outcome: 'PASS',
    reasons: [`${checks.length} checks are green on the reference Worker. ${caught}`],
  };
}

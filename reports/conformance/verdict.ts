import type { CheckResult, ConformanceVerdict } from '../schema/index.ts';

/** What P7 promises: a run that shows nothing of one of these is no proof. */
const MUST_BE_SHOWN = ['isolation', 'consistency', 'cache'] as const;
const SEVERITIES = ['critical', 'high', 'medium'] as const;

export interface JudgedChecks {
  readonly checks: readonly Pick<CheckResult, 'id' | 'area' | 'severity' | 'verdict' | 'reason'>[];
  /** Whether --only chose the checks: then nobody expects the others. */
  readonly areChosen: boolean;
  readonly doubts: readonly string[];
  readonly preflightProblem?: string | undefined;
  /** How many accounts the run had; undefined where the platform makes its own. */
  readonly accounts?: number | undefined;
}

/**
 * The verdict of a run, by precedence: a violation that was seen is a FAIL whatever else went wrong; then VOID; then
 * INCONCLUSIVE; a run that judged nothing, or nothing of what it is for, cannot pass. Skipped checks prove nothing.
 */
export function conformanceVerdict(judged: JudgedChecks): ConformanceVerdict {
  return (
    broken(judged, 'FAIL') ??
    unusable(judged) ??
    broken(judged, 'INCONCLUSIVE') ??
    unproved(judged) ??
    pass(judged)
  );
}

/** The worst one decides; the first among equals. */
function broken(
  { checks }: JudgedChecks,
  outcome: 'FAIL' | 'VOID' | 'INCONCLUSIVE',
): ConformanceVerdict | undefined {
  const those = checks.filter(({ verdict }) => verdict === outcome);
  const [deciding] = those.toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
  if (!deciding) return undefined;
  const others = those.length > 1 ? ` So ended ${those.length} checks.` : '';
  return { outcome, decidedBy: deciding.id, reason: `${deciding.reason}${others}` };
}

function unusable(judged: JudgedChecks): ConformanceVerdict | undefined {
  const { checks, preflightProblem } = judged;
  if (preflightProblem !== undefined)
    return { outcome: 'VOID', decidedBy: 'preflight', reason: preflightProblem };
  if (checks.every(({ verdict }) => verdict === 'SKIPPED'))
    return {
      outcome: 'VOID',
      decidedBy: 'none',
      reason: `No check was judged, so nothing was proved: ${checks.length} were skipped.`,
    };
  return broken(judged, 'VOID');
}

function unproved({ checks, areChosen, doubts, accounts }: JudgedChecks): ConformanceVerdict | undefined {
  const [doubt] = doubts;
  if (doubt !== undefined) return { outcome: 'INCONCLUSIVE', decidedBy: 'preflight', reason: doubt };
  if (areChosen) return undefined;
  if (accounts === 1)
    return {
      outcome: 'INCONCLUSIVE',
      decidedBy: 'isolation',
      reason: 'Isolation was not shown: there is only one account. Add the token of a second one.',
    };
  const missing = MUST_BE_SHOWN.find(
    (area) => !checks.some((check) => check.area === area && check.verdict !== 'SKIPPED'),
  );
  return (
    missing && {
      outcome: 'INCONCLUSIVE',
      decidedBy: missing,
      reason: `Nothing was shown of ${missing}: no check of it was judged. Each that was skipped says what it needs.`,
    }
  );
}

function pass({ checks }: JudgedChecks): ConformanceVerdict {
  const passed = checks.filter(({ verdict }) => verdict === 'PASS').length;
  const skipped = checks.length - passed;
  const rest = skipped > 0 ? ` ${skipped} were skipped and prove nothing.` : '';
  return { outcome: 'PASS', decidedBy: 'none', reason: `${passed} of ${checks.length} checks hold.${rest}` };
}

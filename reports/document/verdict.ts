import { ReportError } from '../errors.ts';
import type { Outcome, Signal, Verdict } from '../schema/index.ts';
import { formatQuantity } from './format.ts';

/**
 * Builds a signal and decides whether it holds.
 *
 * @param input everything but `holds`; `observed` is in `unit`, and NaN or an infinity means "not measured".
 * @returns the signal; one that was not measured has `observed: null` and never holds.
 * @throws ReportError `signal_bound` when the bound is not a finite number: nothing could breach it.
 */
export function signal(input: Omit<Signal, 'observed' | 'holds'> & { observed: number }): Signal {
  if (!Number.isFinite(input.bound)) {
    throw new ReportError('signal_bound', `Signal ${input.id} has no finite bound. Give it a number.`);
  }
  const observed = Number.isFinite(input.observed) ? input.observed : null;
  const within =
    input.comparison === 'at most' ? input.observed <= input.bound : input.observed >= input.bound;
  return { ...input, observed, holds: observed !== null && within };
}

/**
 * What this signal's breach makes of a run. A signal that was not measured proves nothing either way, so it
 * voids the run whatever its kind; a broken guarantee that was seen is a FAIL; else the signal itself says.
 */
export function breachOutcome(signal: Signal): Exclude<Outcome, 'PASS'> {
  if (signal.observed === null) return 'VOID';
  return signal.kind === 'safety' ? 'FAIL' : signal.onBreach;
}

/** Lower decides first. A leak seen once is a leak, so safety comes even before a spoiled measurement. */
function precedence(signal: Signal): number {
  const outcome = breachOutcome(signal);
  if (signal.kind === 'safety' && outcome === 'FAIL') return 0;
  return { VOID: 1, FAIL: 2, INCONCLUSIVE: 3 }[outcome];
}

function reasonOf({ title, observed, bound, comparison, unit }: Signal): string {
  return `${title}: ${formatQuantity(observed, unit)}, where the bound is ${comparison} ${formatQuantity(bound, unit)}.`;
}

/**
 * The verdict from the signals, by precedence (rules of evidence 1 and 5): a breached safety signal is FAIL even
 * when the run is otherwise void; then VOID; then FAIL by an objective; then INCONCLUSIVE; else PASS.
 * Among equals the first in the list decides. No signals at all is VOID: such a check could not have failed.
 */
export function decide(signals: readonly Signal[]): Verdict {
  if (signals.length === 0) {
    return { outcome: 'VOID', signal: 'none', reason: 'No signal was measured, so nothing was proved.' };
  }
  const [deciding] = signals.filter(({ holds }) => !holds).toSorted((a, b) => precedence(a) - precedence(b));
  if (deciding === undefined) {
    return {
      outcome: 'PASS',
      signal: 'none',
      reason: `All signals hold (${signals.length} of ${signals.length}).`,
    };
  }
  return { outcome: breachOutcome(deciding), signal: deciding.id, reason: reasonOf(deciding) };
}

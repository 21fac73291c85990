import { formatCount } from '../../reports/format.ts';
import type { StoredComparison } from './stored-runs.ts';

/** What two stored runs came to, for a terminal and a log of CI. */
export function renderStored(
  { figures, regressions }: StoredComparison,
  { baseline, candidate }: { readonly baseline: string; readonly candidate: string },
): string {
  const lines = figures.map(({ figure, ratio, interval, outcome, pairs }) => {
    const sign = outcome === 'no difference' ? '~' : outcome;
    const range = `${formatCount(interval.low)} to ${formatCount(interval.high)}`;
    return `${figure.padEnd(16)} ${sign.padEnd(8)} times ${formatCount(ratio)} (${range}), ${pairs} times 10 s`;
  });
  return [
    regressions.length === 0 ? '✓ No regression.' : `✗ Regression: ${regressions.join('; ')}.`,
    '',
    `Baseline   ${baseline}`,
    `Candidate  ${candidate}`,
    '',
    ...lines,
    '',
    'The runs were not interleaved: what changed on the machine between them is in these figures. ~ is no difference.',
  ].join('\n');
}

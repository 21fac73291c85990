import { formatCount, formatPercent } from '../../reports/document/index.ts';
import type { Outcome } from '../../reports/schema/index.ts';
import { SMALLEST_REGRESSION, type StoredComparison } from './stored-runs.ts';

/** A gate that too little was seen for does not open. */
export const outcomeOfStored = ({ regressions, open }: StoredComparison): Outcome =>
  regressions.length > 0 ? 'FAIL' : open.length > 0 ? 'INCONCLUSIVE' : 'PASS';

/** What two stored runs came to, for a terminal and a log of CI. */
export function renderStored(
  compared: StoredComparison,
  { baseline, candidate }: { readonly baseline: string; readonly candidate: string },
): string {
  const lines = compared.figures.map(({ figure, ratio, interval95: { low, high }, finding, pairs }) => {
    const range = `${formatCount(low)} to ${formatCount(high)}`;
    return `${figure.padEnd(16)} ${FINDING[finding].padEnd(14)} times ${formatCount(ratio)} (${range}), ${pairs} times 10 s`;
  });
  return [
    headline(compared),
    '',
    `Baseline   ${baseline}`,
    `Candidate  ${candidate}`,
    '',
    ...lines,
    '',
    'The runs were not interleaved: what changed on the machine between them is in these figures. The intervals hold at 95 % together.',
  ].join('\n');
}

const FINDING = { regression: 'worse', none: 'not worse', 'not told apart': 'not told apart' } as const;

function headline({ regressions, open }: StoredComparison): string {
  if (regressions.length > 0) return `✗ Regression: ${regressions.join('; ')}.`;
  const smallest = formatPercent(100 * SMALLEST_REGRESSION);
  return open.length > 0
    ? `? Not told whether anything is worse by ${smallest}: ${open.join('; ')}.`
    : `✓ No regression: nothing is worse by ${smallest}.`;
}

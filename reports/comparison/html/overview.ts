import { verificationStatements } from '../../document/content/index.ts';
import { formatCount, formatUsd } from '../../document/index.ts';
import type { Html } from '../../render/html/index.ts';
import { type AnswerOfScreen, firstScreen, type Headline } from '../../render/html/index.ts';
import type { ComparisonResult } from '../../schema/index.ts';
import {
  billsOf,
  COMPARISON_WITHHELD,
  costStatements,
  intervalText,
  mayShowFigures,
  ratioText,
  verificationOf,
  whyStatements,
} from '../statements.ts';

/** The first screen: the decision, by how much and how certainly, why, and what it costs. */
export function comparisonOverview(result: ComparisonResult): Html {
  const { verdict, decision, reproduce } = result;
  const isShown = mayShowFigures(result);
  const { outcome, reason, signal } = verdict;
  return firstScreen({
    verdict: { outcome, reason, decidedBy: signal },
    decision:
      isShown && decision ? { title: titled(decision.choice), sentence: decision.sentence } : undefined,
    headlines: isShown ? headlinesOf(result) : COMPARISON_WITHHELD,
    answers: answersOf(result, isShown),
    reproduce,
  });
}

const titled = (choice: string): string => `${choice.charAt(0).toUpperCase()}${choice.slice(1)}`;

/** What the neighbour does in each treatment; without one, p95 of the treatments. Then what changes on the bill. */
function headlinesOf(result: ComparisonResult): Headline[] {
  const { noisyNeighbours, comparisons, bounds } = result;
  const harm = noisyNeighbours.map(
    ({ aggressor, treatment, factor, verdict, interval95 }): Headline => [
      ratioText(factor, verdict, { bounds }),
      `p99 of ${treatment} beside ${aggressor}, ${intervalText(interval95)}`,
    ],
  );
  const p95 = comparisons
    .filter(({ figure }) => figure === 'p95Ms')
    .map(
      ({ base, other, ratio, verdict, interval95 }): Headline => [
        ratioText(ratio, verdict, { bounds }),
        `p95 of ${other} against ${base}, ${intervalText(interval95)}`,
      ],
    );
  return [...(harm.length > 0 ? harm : p95), ...extraCost(result)];
}

function extraCost(result: ComparisonResult): Headline[] {
  const [shared, dedicated] = billsOf(result);
  if (shared === undefined || dedicated === undefined) return [];
  const more = formatUsd(dedicated.totalUsd - shared.totalUsd);
  const condition = dedicated.condition === undefined ? '' : `, ${dedicated.condition}`;
  return [[more, `more a month, ${dedicated.placement} against ${shared.placement}${condition}`]];
}

function answersOf(result: ComparisonResult, isShown: boolean): AnswerOfScreen[] {
  const [checked, found] = verificationStatements(verificationOf(result));
  const { scenario, treatments } = result;
  const blocks = treatments.reduce((sum, treatment) => sum + treatment.blocks.length, 0);
  return [
    ['Why', isShown ? whyStatements(result) : []],
    ['Cost', isShown ? costStatements(result) : []],
    ['Isolation', [`${found}; ${checked}`]],
    [
      'Measured',
      [
        `${formatCount(blocks)} blocks in turns, scenario ${scenario.name}, ${formatCount(scenario.virtualUsers)} users`,
      ],
    ],
  ];
}

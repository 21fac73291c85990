import {
  billTable,
  databasesBlocks,
  environmentBlock,
  isolation,
  isolationStatements,
  readReplicationStatement,
  scenarioBlocks,
  signals,
} from '../document/content/index.ts';
import {
  figures,
  formatCount,
  formatUsd,
  type Headline,
  note,
  type Report,
  type ReportBlock,
  type Section,
  statement,
  table,
} from '../document/index.ts';
import type { ComparisonResult } from '../schema/index.ts';
import { blockChart, distributionChart, partChart } from './charts.ts';
import {
  billsOf,
  COMPARISON_WITHHELD,
  comparedThing,
  costStatements,
  effectStatements,
  intervalText,
  legendStatement,
  mayShowFigures,
  ratioText,
  verificationOf,
  whyStatements,
} from './statements.ts';
import {
  blockTable,
  effectTable,
  manyTable,
  operationTable,
  reasonTable,
  treatmentDatabaseTable,
  treatmentTable,
} from './tables.ts';
import { targetStatements, ways } from './targets.ts';

/** What a comparison says: the decision, by how much and how certainly, why, what it costs, and what that rests on. */
export function comparisonReport(result: ComparisonResult): Report {
  const { runId, startedAt, verdict, decision, reproduce, schemaVersion, behaviour } = result;
  const isShown = mayShowFigures(result);
  return {
    name: 'comparison',
    ...{ runId, startedAt, reproduce },
    verdict: { outcome: verdict.outcome, reason: verdict.reason, decidedBy: verdict.signal },
    decision: isShown && decision ? decision : undefined,
    opening: [
      ...(isShown ? answers(result) : [note(COMPARISON_WITHHELD)]),
      ...statement('Isolation', isolationStatements(verificationOf(result))),
      ...statement('Measured', [measuredStatement(result)]),
      ...(behaviour ? statement('Replication', [readReplicationStatement(behaviour.readReplication)]) : []),
      ...(result.remote ? targetStatements(result.remote) : []),
    ],
    sections: [
      ...(isShown ? measured(result) : []),
      ...(isShown && result.remote ? [ways(result.remote)] : []),
      isolation(verificationOf(result)),
      signals(result),
      setup(result),
    ],
    origin: `comparison schema version ${schemaVersion}, which lies beside this page`,
  };
}

const answers = (result: ComparisonResult): ReportBlock[] => [
  ...figures('Found', figuresOf(result)),
  // The page has them in a table.
  ...statement('Differences', effectStatements(result), ['summary', 'terminal']),
  ...statement('Why', whyStatements(result)),
  ...statement('Cost', costStatements(result)),
];

/** What the neighbour does in each treatment; without one, p95 of the treatments. Then what changes on the bill. */
function figuresOf(result: ComparisonResult): Headline[] {
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

function measuredStatement({ scenario, treatments }: ComparisonResult): string {
  const blocks = treatments.reduce((sum, treatment) => sum + treatment.blocks.length, 0);
  return `${formatCount(blocks)} blocks in turns, scenario ${scenario.name}, ${formatCount(scenario.virtualUsers)} users`;
}

/** The sections that a spoiled measurement leaves out. */
const measured = (result: ComparisonResult): Section[] => [
  ...(result.decision
    ? [
        {
          id: 'decision',
          title: 'What decided',
          blocks: [
            note('The rules, in the order in which they were asked, with the numbers that they saw.'),
            ...table(reasonTable(result)),
          ],
        },
      ]
    : []),
  {
    id: 'placements',
    title: `${comparedThing(result)}s side by side`,
    blocks: [
      note(
        `Blocks of each ${comparedThing(result).toLowerCase()} in turns${result.remote ? '' : ', with fresh state'}; warm-up is left out. Percentiles come from merged HDR histograms.`,
      ),
      ...table(treatmentTable(result)),
      ...table(effectTable(result), { title: 'Differences', explained: legendStatement(result) }),
    ],
  },
  {
    id: 'latency',
    title: 'Latency',
    folded: true,
    blocks: [distributionChart(result), ...table(operationTable(result), { title: 'p95 by operation' })],
  },
  {
    id: 'service-time',
    title: 'Where the time goes',
    folded: true,
    blocks: [...partChart(result), ...databasesBlocks(treatmentDatabaseTable(result))],
  },
  {
    id: 'cost',
    title: 'Cost and headroom',
    folded: true,
    blocks:
      billsOf(result).length > 0
        ? [
            ...table(billTable({ bills: billsOf(result) })),
            ...table(manyTable(result), { title: 'Many tenants like this one' }),
            note(result.basis.join(' ')),
          ]
        : [],
  },
  {
    id: 'blocks',
    title: 'Blocks',
    folded: true,
    blocks: [
      note(
        'In the order in which they were run. All were made in the same environment, or nothing would be compared.',
      ),
      blockChart(result),
      ...table(blockTable(result)),
    ],
  },
];

const setup = (result: ComparisonResult): Section => ({
  id: 'setup',
  title: 'Setup',
  folded: true,
  blocks: [
    ...scenarioBlocks(result.scenario),
    environmentBlock(
      result,
      result.behaviour ? [['Data plane', `${result.behaviour.name}: ${result.behaviour.description}`]] : [],
    ),
  ],
});

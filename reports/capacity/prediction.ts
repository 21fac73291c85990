import {
  counted,
  figureColumns,
  formatCount,
  formatMs,
  formatPercent,
  note,
  type ReportBlock,
  type Section,
  statement,
  table,
  wordColumns,
} from '../document/index.ts';
import type { PredictedPhase, PredictionOfRun } from '../schema/index.ts';

const FIGURES = [
  ['requests/s', 'requestsPerSecond'],
  ['mean', 'meanMs'],
  ['p95', 'p95Ms'],
] as const;

/** Which figures are as near as they should be, of a phase. */
function agreeing({ agrees }: PredictedPhase): string {
  if (agrees === null) return 'not judged';
  const near = FIGURES.filter(([, figure]) => agrees[figure]).map(([name]) => name);
  return near.length === FIGURES.length ? 'all' : near.join(', ') || 'none';
}

/** How far the model may be trusted that predicts what no machine can run. */
export function predictionStatement({ within, phases }: PredictionOfRun): ReportBlock[] {
  const judged = phases.flatMap(({ agrees }) => agrees ?? []);
  const unjudged = phases.length - judged.length;
  const near = FIGURES.map(
    ([name, figure]) => `${name} in ${formatCount(judged.filter((agrees) => agrees[figure]).length)}`,
  );
  return statement('Predicted', [
    judged.length === 0
      ? 'nothing was judged: this machine was the limit in every phase'
      : `within ${formatPercent(100 * within)} of what was measured: ${near.join(', ')} of ${counted(judged.length, 'phase')}` +
        (unjudged > 0 ? `; ${formatCount(unjudged)} more are not judged, as this machine was the limit` : ''),
  ]);
}

/** The measurement, and beside it what the queue model made of the description and the profile before it. */
export const predicted = ({ within, phases }: PredictionOfRun): Section => ({
  id: 'predicted',
  title: 'Predicted and measured',
  folded: true,
  blocks: [
    note(
      'A prediction by the queue model from the profile, the people at work and the operations that they asked for: every request asks the ' +
        'database once. Of the Worker it has the processor time, of this machine nothing; measured is all that users waited for.',
    ),
    ...table({
      caption: 'Each phase that holds its load, measured and predicted',
      columns: [
        ...wordColumns('Phase', `Within ${formatPercent(100 * within)}`),
        ...figureColumns('Virtual users', 'Requests/s', 'predicted', 'Mean', 'predicted', 'p95', 'predicted'),
      ],
      rows: phases.map((phase) => [
        phase.name,
        agreeing(phase),
        formatCount(phase.virtualUsers),
        formatCount(phase.measured.requestsPerSecond),
        formatCount(phase.predicted.requestsPerSecond),
        formatMs(phase.measured.meanMs),
        formatMs(phase.predicted.meanMs),
        formatMs(phase.measured.p95Ms),
        formatMs(phase.predicted.p95Ms),
      ]),
    }),
  ],
});

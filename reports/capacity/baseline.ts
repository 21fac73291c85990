import {
  figureColumns,
  formatCount,
  formatInstant,
  formatTimes,
  note,
  type ReportBlock,
  type Section,
  sentence,
  statement,
  table,
  wordColumns,
} from '../document/index.ts';
import type { BaselineOfRun, FigureAgainstBaseline } from '../schema/index.ts';

const FINDING: Readonly<Record<FigureAgainstBaseline['finding'], string>> = {
  regression: 'worse',
  none: 'not worse',
  'not told apart': 'not told apart',
};

/** What became of the run against the earlier one, on the first screen. */
export function baselineStatement({ runId, commit, regressions, open }: BaselineOfRun): ReportBlock[] {
  const found =
    regressions.length > 0
      ? ['worse than it', ...regressions]
      : open.length > 0
        ? [`whether anything is worse is not told: ${open.join('; ')}`]
        : ['nothing is worse'];
  return statement('Baseline', [[`${runId}, commit ${commit.slice(0, 12)}`, ...found].join('; ')]);
}

/** The run against an earlier one of the same question, figure by figure. */
export const againstBaseline = ({
  runId,
  startedAt,
  commit,
  figures,
  regressions,
  open,
}: BaselineOfRun): Section => ({
  id: 'baseline',
  title: 'Against the baseline',
  folded: true,
  blocks: [
    note(
      `Held against ${runId} of ${formatInstant(startedAt)}, commit ${commit.slice(0, 12)}. The runs were not interleaved: what changed ` +
        'on the machine between them is in these figures. The intervals hold at 95 % together; each pair is ten seconds of both runs.',
    ),
    ...[...regressions, ...open].map((each) => note(sentence(each))),
    ...table({
      caption: 'Figures, this run over the baseline',
      columns: [...wordColumns('Figure', 'Finding'), ...figureColumns('Ratio', 'Interval', 'Pairs')],
      rows: figures.map(({ figure, finding, ratio, interval95: { low, high }, pairs }) => [
        figure,
        FINDING[finding],
        formatTimes(ratio),
        `${formatCount(low)} to ${formatCount(high)}`,
        formatCount(pairs),
      ]),
    }),
  ],
});

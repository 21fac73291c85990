import {
  figureColumns,
  formatCount,
  formatMs,
  formatPercent,
  note,
  type ReportBlock,
  type Section,
  sentence,
  statement,
  table,
  wordColumns,
} from '../document/index.ts';
import type { ComparedTargets } from '../schema/index.ts';

const popsText = (pops: ComparedTargets['targets'][number]['pops']): string =>
  pops.map(({ pop, share }) => `${pop} ${formatPercent(100 * share)}`).join(', ');

/** Of two Workers at their URLs: what the finding rests on, and what nobody could see. */
export const targetStatements = ({
  account,
  targets,
  doubts,
  notMeasured,
}: ComparedTargets): ReportBlock[] => [
  ...statement('Asked', [
    `users of ${account} at ${targets.map(({ treatment }) => treatment).join(' and ')}, in turns`,
  ]),
  ...statement(
    'Served by',
    targets.map(({ treatment, pops }) => `${treatment}: ${popsText(pops)}`),
  ),
  ...statement('In doubt', doubts),
  ...statement('Unseen here', notMeasured),
  ...statement('Left behind', targets.map(leftText)),
];

function leftText({ treatment, cleanedUp }: ComparedTargets['targets'][number]): string {
  if (cleanedUp === null) return `${treatment}: what the users wrote, as it was asked for`;
  const { removed, restored, left, examples } = cleanedUp;
  const done = `${formatCount(removed)} documents deleted, ${formatCount(restored)} as they were seeded`;
  return `${treatment}: ${left === 0 ? 'nothing' : `${formatCount(left)} documents, as ${examples.join('; ')}`}; ${done}`;
}

/** Connecting and the PoPs, apart from the answers of which they are a part. */
export const ways = ({ targets }: ComparedTargets): Section => ({
  id: 'ways',
  title: 'Connecting and PoPs',
  folded: true,
  blocks: [
    note(
      sentence(
        'Connecting and TLS are a part of the answer times; here they are alone, of the requests that opened a connection',
      ),
    ),
    ...table({
      caption: 'The way to each target',
      columns: [
        ...wordColumns('Target', 'PoPs that answered'),
        ...figureColumns('Connections', 'Connecting p50', 'Connecting p95'),
      ],
      rows: targets.map(({ treatment, pops, connecting }) => [
        treatment,
        popsText(pops),
        connecting ? formatCount(connecting.count) : 'none',
        connecting ? formatMs(connecting.p50Ms) : '–',
        connecting ? formatMs(connecting.p95Ms) : '–',
      ]),
    }),
  ],
});

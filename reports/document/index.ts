/** What every report is made of before it has a form: words, numbers, tables. */

export {
  blocksFor,
  type Column,
  type EvidenceBlock,
  type Fact,
  type Headline,
  type Medium,
  note,
  partsOf,
  type Report,
  type ReportBlock,
  type Section,
  type StatementBlock,
  statement,
  type Table,
  type TableValue,
  type Text,
  type Tone,
  table,
  tableFor,
} from './blocks.ts';
export {
  type BarChart,
  type Chart,
  dashOf,
  LEAST_MS,
  type Line,
  type LineChart,
  type Point,
  partColour,
  type RangeChart,
  type Scale,
} from './chart.ts';
export {
  FIGURES_WITHHELD,
  type Figures,
  figuresOf,
  isSpoiled,
  type Judged,
  leakStatement,
  objectiveState,
  objectiveTexts,
  percentileTexts,
  type RunEvidence,
  type SignalRow,
  signalRows,
  totalRows,
  VERDICT_MARK,
  withObjectives,
} from './figures.ts';
export {
  counted,
  formatBytes,
  formatCount,
  formatInstant,
  formatMs,
  formatPercent,
  formatQuantity,
  formatSeconds,
  formatTimes,
  formatUsd,
  sentence,
} from './format.ts';
export { REQUIREMENT_TITLES, requirementText } from './requirements.ts';
export { shellQuoted, shellWord } from './shell-word.ts';

export { decide, signal } from './verdict.ts';

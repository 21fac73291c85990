/** What every report is made of before it has a form: words, numbers, tables. */

export {
  FIGURES_WITHHELD,
  type Figures,
  figuresOf,
  isSpoiled,
  type Judged,
  leakStatement,
  objectiveCells,
  objectiveState,
  percentileCells,
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
export type { Table } from './table.ts';
export { decide, signal } from './verdict.ts';

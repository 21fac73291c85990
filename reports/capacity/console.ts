import {
  askedStatements,
  connectingStatement,
  failuresShown,
  faultOutcome,
  generatorStatement,
  headroomStatements,
  limitStatements,
  loadStatement,
  measuredStatement,
  modelledStatement,
  OMISSION_STATEMENT,
  readReplicationStatement,
  rungTables,
  sustainedStatement,
  verificationStatements,
} from '../document/content/index.ts';
import type { Table } from '../document/index.ts';
import {
  FIGURES_WITHHELD,
  type Figures,
  figuresOf,
  formatCount,
  formatPercent,
  leakStatement,
  objectiveCells,
  objectiveState,
  percentileCells,
  type RunEvidence,
  totalRows,
  VERDICT_MARK,
  withObjectives,
} from '../document/index.ts';
import { labelled, type Paint, painter, plain, VERDICT_STYLE } from '../render/index.ts';
import type { Knee, RunResult } from '../schema/index.ts';
import { runFolder } from '../store/index.ts';

/**
 * The terminal summary of a run, ending without a line break.
 *
 * @param colour whether to emit ANSI styles; the words carry the verdict either way.
 */
export function renderConsole(result: RunResult, { colour }: { colour: boolean }): string {
  const paint = painter(colour);
  const figures = figuresOf(result);
  return [
    '',
    ...verdictLines(result, paint),
    ...basisLines(result, paint),
    '',
    ...(figures ? figureLines(figures, result, paint) : [FIGURES_WITHHELD]),
    '',
    ...(figures ? headroomLines(figures, paint) : []),
    ...faultLines(result, paint),
    ...evidenceLines(result, paint),
  ].join('\n');
}

function verdictLines({ verdict }: RunEvidence, paint: Paint): string[] {
  const decidedBy = verdict.signal === 'none' ? '' : `  decided by ${plain(verdict.signal)}`;
  return [
    `${paint(VERDICT_STYLE[verdict.outcome], `${VERDICT_MARK[verdict.outcome]} ${verdict.outcome}`)}${decidedBy}`,
    plain(verdict.reason),
  ];
}

function figureLines(figures: Figures, evidence: RunEvidence, paint: Paint): string[] {
  return [
    ...loadLines(figures, evidence, paint),
    ...kneeLines(figures, paint),
    '',
    ...(figures.knee ? rungLines(figures.knee, paint) : operationLines(figures, paint)),
    ...(figures.totalFromSending ? [paint('dim', OMISSION_STATEMENT)] : []),
    ...(figures.connecting ? [paint('dim', connectingStatement(figures.connecting))] : []),
  ];
}

function loadLines(figures: Figures, evidence: RunEvidence, paint: Paint): string[] {
  const [what, rate] = loadStatement(figures, evidence);
  const { requests, failures, readShare } = figures.load;
  const counts = figures.knee
    ? `${formatCount(failuresShown(figures))} failed of ${measuredStatement(figures)}`
    : `${formatCount(requests)} requests, ${formatCount(failures)} failed, ${formatPercent(readShare * 100)} reads`;
  return [
    labelled(paint, 'Load', `${paint('bold', what)}, ${paint('bold', rate)}`),
    labelled(paint, '', counts),
  ];
}

function kneeLines({ knee }: Figures, paint: Paint): string[] {
  if (knee === null) return [];
  const [users, ...rate] = sustainedStatement(knee);
  return [
    labelled(paint, 'Sustains', paint('bold', users)),
    ...[...rate, ...limitStatements(knee)].map((line) => labelled(paint, '', plain(line))),
  ];
}

/** What came after the limit missed objectives by design, and is no alarm. */
function rungLines(knee: Knee, paint: Paint): string[] {
  const [upToLimit, { caption, rows }] = rungTables(knee);
  const lines = tableLines({ ...upToLimit, rows: [...upToLimit.rows, ...rows] }, plainPaint);
  const [heads = '', ...rungs] = lines;
  const beyond = rungs.slice(upToLimit.rows.length).map((line) => paint('dim', line));
  return [
    paint('dim', heads),
    ...rungs.slice(0, upToLimit.rows.length),
    ...(beyond.length > 0 ? [paint('dim', `${caption}:`), ...beyond] : []),
  ];
}

const plainPaint: Paint = (_, text) => text;

function headroomLines({ headroom }: Figures, paint: Paint): string[] {
  if (headroom === null) return [];
  return headroomStatements(headroom).map((line, index) =>
    labelled(paint, index === 0 ? 'Headroom' : '', plain(line)),
  );
}

function operationLines(figures: Figures, paint: Paint): string[] {
  const rows = figures.operations.map((operation) => [
    plain(operation.name),
    formatCount(operation.requests),
    ...withObjectives(percentileCells(operation.latency), objectiveCells(operation)),
    objectiveState(operation),
  ]);
  const sums = totalRows(figures).map(([name, latency]) => [
    name,
    formatCount(latency.count),
    ...withObjectives(percentileCells(latency), ['', '']),
    '',
  ]);
  return tableLines({ columns: OPERATION_COLUMNS, rows: [...rows, ...sums] }, paint);
}

const OPERATION_COLUMNS: Table['columns'] = [
  ['Operation', 'left'],
  ['Requests', 'right'],
  ['p50', 'right'],
  ['p95', 'right'],
  ['objective', 'right'],
  ['p99', 'right'],
  ['objective', 'right'],
  ['', 'left'],
];

function tableLines({ columns, rows }: Pick<Table, 'columns' | 'rows'>, paint: Paint): string[] {
  const table = [columns.map(([head]) => head), ...rows];
  const widths = columns.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row, index) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return columns[column]?.[1] === 'left' ? cell.padEnd(width) : cell.padStart(width);
    });
    const line = cells.join('  ').trimEnd();
    if (index === 0) return paint('dim', line);
    return row.includes('missed') ? paint('red', line) : line;
  });
}

/** What the verdict rests on, beside it: who trusts it must know what was asked, and how much of it was modelled. */
function basisLines(evidence: RunEvidence, paint: Paint): string[] {
  const [asked, ...heldTo] = askedStatements(evidence);
  const [modelled, rest] = modelledStatement(evidence);
  return [
    labelled(paint, 'Asked', plain(asked)),
    ...heldTo.map((line) => labelled(paint, 'Held to', line)),
    labelled(paint, 'Modelled', plain(modelled)),
    labelled(paint, '', plain(rest)),
    labelled(paint, 'Replication', readReplicationStatement(evidence.behaviour.readReplication)),
  ];
}

function faultLines(evidence: RunEvidence, paint: Paint): string[] {
  const faults = evidence.behaviour.faults.map(
    (fault) => `${plain(fault.id)} (${plain(fault.kind)}): ${faultOutcome(fault)}`,
  );
  return faults.map((fault, index) => labelled(paint, index === 0 ? 'Faults' : '', fault));
}

function evidenceLines(evidence: RunEvidence, paint: Paint): string[] {
  const [checked, found] = verificationStatements(evidence);
  return [
    labelled(paint, 'Verification', checked),
    labelled(paint, '', found),
    labelled(paint, '', leakStatement(evidence)),
    labelled(paint, 'Generator', plain(generatorStatement(evidence))),
    labelled(paint, 'Report', `${runFolder('.', evidence.runId)}/report.html`),
    labelled(paint, 'Run again', plain(evidence.reproduce)),
  ];
}

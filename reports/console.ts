import {
  type Evidence,
  FIGURES_WITHHELD,
  type Figures,
  figuresOf,
  leakStatement,
  objectiveState,
  percentileCells,
  VERDICT_MARK,
} from './figures.ts';
import { formatBytes, formatCount, formatPercent, formatQuantity, formatSeconds } from './format.ts';
import { faultOutcome, modelledStatement } from './plane.ts';
import { runFolder } from './run-folder.ts';
import type { RunResult } from './schema.ts';
import { labelled, type Paint, painter, plain, VERDICT_STYLE } from './terminal.ts';

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
    '',
    ...(figures ? [...loadLines(figures, paint), '', ...operationLines(figures, paint)] : [FIGURES_WITHHELD]),
    '',
    ...planeLines(result, paint),
    ...evidenceLines(result, paint),
  ].join('\n');
}

function verdictLines({ verdict }: Evidence, paint: Paint): string[] {
  const decidedBy = verdict.signal === 'none' ? '' : `  decided by ${plain(verdict.signal)}`;
  return [
    `${paint(VERDICT_STYLE[verdict.outcome], `${VERDICT_MARK[verdict.outcome]} ${verdict.outcome}`)}${decidedBy}`,
    plain(verdict.reason),
  ];
}

function loadLines({ load }: Figures, paint: Paint): string[] {
  const held = `${formatCount(load.peakVirtualUsers)} virtual users, held ${formatSeconds(load.heldMs / 1000)}`;
  const rate = `${formatCount(load.requestsPerSecond)} requests/s`;
  const counts = `${formatCount(load.requests)} requests, ${formatCount(load.failures)} failed`;
  return [
    labelled(paint, 'Load', `${paint('bold', held)}, ${paint('bold', rate)}`),
    labelled(paint, '', `${counts}, ${formatPercent(load.readShare * 100)} reads`),
  ];
}

function operationLines({ operations, total }: Figures, paint: Paint): string[] {
  const heads = ['Operation', 'Requests', 'p50', 'p95', 'p99', 'p95 objective', ''];
  const rows = operations.map((operation) => [
    plain(operation.name),
    formatCount(operation.requests),
    ...percentileCells(operation.latency),
    `≤ ${formatQuantity(operation.objectiveP95Ms, 'ms')}`,
    objectiveState(operation),
  ]);
  const all = ['all', formatCount(total.count), ...percentileCells(total), '', ''];
  const table = [heads, ...rows, all];
  const widths = heads.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row, index) => {
    const line = row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd();
    if (index === 0) return paint('dim', line);
    return row.at(-1) === 'missed' ? paint('red', line) : line;
  });
}

/** Words to the left, figures to the right. */
const pad = (cell: string, width: number, column: number) =>
  column === 0 || column === 6 ? cell.padEnd(width) : cell.padStart(width);

function planeLines(evidence: Evidence, paint: Paint): string[] {
  const [modelled, rest] = modelledStatement(evidence);
  const faults = evidence.plane.faults.map(
    (fault) => `${plain(fault.id)} (${plain(fault.kind)}): ${faultOutcome(fault)}`,
  );
  return [
    labelled(paint, 'Modelled', plain(modelled)),
    labelled(paint, '', plain(rest)),
    ...faults.map((fault, index) => labelled(paint, index === 0 ? 'Faults' : '', fault)),
  ];
}

function evidenceLines(evidence: Evidence, paint: Paint): string[] {
  const { bodiesChecked, documentsChecked, isolationViolations, staleReads, corruptBodies } =
    evidence.verification;
  const checked = `${formatCount(documentsChecked)} documents in ${formatCount(bodiesChecked)} bodies checked`;
  const found = `${formatCount(isolationViolations)} isolation violations, ${formatCount(staleReads)} stale reads, ${formatCount(corruptBodies)} corrupt bodies`;
  const generators = evidence.processes.filter(({ role }) => role === 'generator');
  return [
    labelled(paint, 'Verification', checked),
    labelled(paint, '', found),
    labelled(paint, '', leakStatement(evidence)),
    ...generators.map(({ name, meanCpuPercent, peakCpuPercent, peakMemoryBytes }) =>
      labelled(
        paint,
        'Generator',
        `${plain(name)}: ${formatPercent(meanCpuPercent)} of a core, peak ${formatPercent(peakCpuPercent)}; ${formatBytes(peakMemoryBytes)} peak memory`,
      ),
    ),
    labelled(paint, 'Report', `${runFolder('.', evidence.runId)}/report.html`),
    labelled(paint, 'Run again', plain(evidence.reproduce)),
  ];
}

import { readReplicationStatement, verificationStatements } from '../document/content/index.ts';
import { VERDICT_MARK } from '../document/index.ts';
import { labelled, type Paint, painter, plain, VERDICT_STYLE } from '../render/index.ts';
import type { ComparisonResult } from '../schema/index.ts';
import { runFolder } from '../store/index.ts';
import {
  COMPARISON_WITHHELD,
  costStatements,
  effectStatements,
  mayShowFigures,
  neighbourStatements,
  verificationOf,
  whyStatements,
} from './statements.ts';

/**
 * The terminal summary of a comparison, ending without a line break.
 *
 * @param colour whether to emit ANSI styles; the words carry the verdict either way
 */
export function renderComparisonConsole(result: ComparisonResult, { colour }: { colour: boolean }): string {
  const paint = painter(colour);
  const { verdict, runId, reproduce } = result;
  const decidedBy = verdict.signal === 'none' ? '' : `  decided by ${plain(verdict.signal)}`;
  return [
    '',
    `${paint(VERDICT_STYLE[verdict.outcome], `${VERDICT_MARK[verdict.outcome]} ${verdict.outcome}`)}${decidedBy}`,
    plain(verdict.reason),
    '',
    ...(mayShowFigures(result) ? figureLines(result, paint) : [COMPARISON_WITHHELD]),
    labelled(paint, 'Replication', readReplicationStatement(result.behaviour.readReplication)),
    ...list(paint, 'Verification', verificationStatements(verificationOf(result))),
    labelled(paint, 'Report', `${runFolder('.', runId)}/report.html`),
    labelled(paint, 'Run again', plain(reproduce)),
  ].join('\n');
}

function figureLines(result: ComparisonResult, paint: Paint): string[] {
  const { decision } = result;
  return [
    ...(decision ? [labelled(paint, 'Decision', paint('bold', decision.choice))] : []),
    ...(decision ? [labelled(paint, '', plain(decision.sentence))] : []),
    ...list(paint, 'Neighbour', neighbourStatements(result)),
    ...list(paint, 'Differences', effectStatements(result)),
    ...list(paint, 'Why', whyStatements(result)),
    ...list(paint, 'Cost', costStatements(result)),
  ];
}

const list = (paint: Paint, label: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => labelled(paint, index === 0 ? label : '', plain(line)));

import {
  type Evidence,
  FIGURES_WITHHELD,
  type Figures,
  figuresOf,
  leakStatement,
  objectiveState,
  percentileCells,
  signalRows,
} from './figures.ts';
import {
  formatBytes,
  formatCount,
  formatInstant,
  formatMs,
  formatPercent,
  formatQuantity,
  formatSeconds,
} from './format.ts';
import { type Align, loud, MARKDOWN_MARK, oneLine, table, text } from './markdown-text.ts';
import { faultOutcome, modelledStatement } from './plane.ts';
import type { RunResult } from './schema.ts';

/** summary.md: GitHub-flavoured Markdown, fit for a CI job summary. Text from the result is escaped. */
export function renderMarkdown(result: RunResult): string {
  const figures = figuresOf(result);
  const sections = [
    headline(result),
    ...(figures ? [load(figures), operations(figures)] : [FIGURES_WITHHELD]),
    plane(result),
    verification(result),
    signals(result),
    origin(result),
  ];
  return `${sections.join('\n\n')}\n`;
}

function headline({ verdict, kind, runId }: Evidence): string {
  const decidedBy = verdict.signal === 'none' ? '' : ` Decided by ${text(verdict.signal)}.`;
  return `## ${MARKDOWN_MARK[verdict.outcome]} ${verdict.outcome}: ${kind} run ${text(runId)}\n\n${text(verdict.reason)}${decidedBy}`;
}

function load({ load, total }: Figures): string {
  return [
    `**${formatCount(load.peakVirtualUsers)} virtual users** held for ${formatSeconds(load.heldMs / 1000)}`,
    `**${formatCount(load.requestsPerSecond)} requests/s**, p95 ${formatMs(total.p95Ms)}`,
    `${formatCount(load.requests)} requests, ${formatCount(load.failures)} failed, ${formatPercent(load.readShare * 100)} reads`,
  ].join(' · ');
}

function operations({ operations, total }: Figures): string {
  const rows = operations.map((operation) => [
    text(operation.name),
    formatCount(operation.requests),
    formatCount(operation.failures),
    ...percentileCells(operation.latency),
    `≤ ${formatQuantity(operation.objectiveP95Ms, 'ms')}`,
    loud(objectiveState(operation), 'missed'),
  ]);
  const failures = operations.reduce((sum, operation) => sum + operation.failures, 0);
  return table(
    [
      ['Operation', 'left'],
      ['Requests', 'right'],
      ['Failed', 'right'],
      ['p50', 'right'],
      ['p95', 'right'],
      ['p99', 'right'],
      ['p95 objective', 'right'],
      ['', 'left'],
    ],
    [...rows, ['all', formatCount(total.count), formatCount(failures), ...percentileCells(total), '', '']],
  );
}

function plane(evidence: Evidence): string {
  const [modelled, rest] = modelledStatement(evidence);
  const faults = evidence.plane.faults.map(
    (fault) => `${text(fault.id)} (${text(fault.kind)}) ${faultOutcome(fault)}`,
  );
  return [
    `**Modelled:** ${text(modelled)}; ${text(rest)}.`,
    ...(faults.length > 0 ? [`**Planned faults:** ${faults.join('; ')}.`] : []),
  ].join('\n\n');
}

function verification(evidence: Evidence): string {
  const { bodiesChecked, documentsChecked, isolationViolations, staleReads, corruptBodies } =
    evidence.verification;
  return [
    `**Verification:** ${formatCount(documentsChecked)} documents in ${formatCount(bodiesChecked)} response bodies checked,`,
    `${formatCount(isolationViolations)} isolation violations, ${formatCount(staleReads)} stale reads, ${formatCount(corruptBodies)} corrupt bodies;`,
    `${leakStatement(evidence)}.`,
  ].join(' ');
}

function signals(evidence: Evidence): string {
  const rows = signalRows(evidence).map(({ id, title, observed, bound, state, why }) => [
    `${text(title)}<br><code>${text(id)}</code>`,
    text(observed),
    text(bound),
    loud(state, 'breached'),
    text(why),
  ]);
  const heads: [string, Align][] = [
    ['Signal', 'left'],
    ['Observed', 'right'],
    ['Bound', 'right'],
    ['', 'left'],
    ['Why this bound', 'left'],
  ];
  return table(heads, rows);
}

function origin({ environment, profile, topology, processes, reproduce, startedAt }: Evidence): string {
  const generators = processes.filter(({ role }) => role === 'generator');
  const usage = generators.map(
    ({ name, peakCpuPercent, peakMemoryBytes }) =>
      `${text(name)} peaked at ${formatPercent(peakCpuPercent)} of a core and ${formatBytes(peakMemoryBytes)}`,
  );
  const commit = `${text(environment.commit.slice(0, 12))}${environment.uncommittedChanges ? ' with uncommitted changes' : ''}`;
  const facts = [
    formatInstant(startedAt),
    `profile ${text(profile.name)}`,
    `topology ${text(topology.name)}`,
    `seed ${profile.seed}`,
    `commit ${commit}`,
    ...usage,
  ];
  return `${facts.join(' · ')}\n\n\`\`\`sh\n${oneLine(reproduce)}\n\`\`\``;
}

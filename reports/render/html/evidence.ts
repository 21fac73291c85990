import { html } from 'hono/html';
import {
  formatCount,
  type Judged,
  leakStatement,
  type RunEvidence,
  requirementText,
  type SignalRow,
  signalRows,
} from '../../document/index.ts';
import { facts, type Html, type Section, status, table } from './layout.ts';

export function verification(evidence: Pick<RunEvidence, 'verification'>): Section {
  const { bodiesChecked, documentsChecked, isolationViolations, staleReads, corruptBodies } =
    evidence.verification;
  const found = (count: number) => status(formatCount(count), count === 0 ? 'good' : 'bad');
  return {
    id: 'isolation',
    title: 'Isolation and freshness',
    body: html`<p>Every virtual user checks the canary in every document it receives: its own account, the id it asked for, and a version no older than one it has seen. The ramp counts too.</p>
${facts([
  ['Isolation violations', found(isolationViolations)],
  ['Stale reads', found(staleReads)],
  ['Corrupt bodies', found(corruptBodies)],
  ['Documents checked', formatCount(documentsChecked)],
  ['Response bodies checked', formatCount(bodiesChecked)],
])}
<p class="proof">What that proves: ${leakStatement(evidence)}.</p>`,
  };
}

const KIND_TITLE: Readonly<Record<SignalRow['kind'], [title: string, breach: string]>> = {
  safety: ['Guarantees', 'One breach seen is a FAIL, whatever else happened.'],
  validity: ['The measurement itself', 'A breach spoils the run, or leaves it inconclusive.'],
  objective: ['Objectives', 'A breach says that the target was too slow, or failed.'],
};

export function signals(judged: Judged): Section {
  const rows = signalRows(judged);
  const kinds = Object.entries(KIND_TITLE).flatMap(([kind, [title, breach]]) => {
    const ofKind = rows.filter((row) => row.kind === kind);
    return ofKind.length === 0
      ? []
      : [html`<h3>${title}</h3><p>${breach}</p><div class="signals">${signalsTable(title, ofKind)}</div>`];
  });
  return {
    id: 'signals',
    title: 'Signals',
    body: html`<p>What was watched, the bound it was held to, and why that bound: the verdict follows from these alone.</p>${kinds}`,
  };
}

const TONE = { holds: 'good', breached: 'bad', 'not measured': 'bad', 'not judged': 'quiet' } as const;

function signalsTable(caption: string, rows: readonly SignalRow[]): Html {
  return table(
    caption,
    [
      { head: 'Signal', cell: ({ title, id }) => html`${title}<br><code>${id}</code>` },
      { head: 'Observed', cell: ({ observed }) => observed, numeric: true },
      { head: 'Bound', cell: ({ bound }) => bound, numeric: true },
      { head: 'Holds', cell: ({ state }) => status(state, TONE[state]) },
      {
        head: 'Why this bound',
        cell: ({ why, requirement }) =>
          html`<span class="why">${why}${requirement && ` Requirement ${requirementText(requirement)}.`}</span>`,
      },
    ],
    rows,
  );
}

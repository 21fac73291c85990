import type { RunEvidence, SignalRow } from '../figures.ts';
import { leakStatement, signalRows } from '../figures.ts';
import type { Judged, ReportBlock, Section, Text } from '../index.ts';
import { formatCount, note, requirementText, statement, table } from '../index.ts';

type Verified = Pick<RunEvidence, 'verification'>;

/** What was found of how much that was checked, and what that proves: a line each. */
export function isolationStatements(evidence: Verified): string[] {
  const { bodiesChecked, documentsChecked, isolationViolations, staleReads, corruptBodies } =
    evidence.verification;
  const { notPromised = [] } = evidence.verification;
  const stale = notPromised.includes('stale reads') ? '' : `${formatCount(staleReads)} stale reads, `;
  return [
    `${formatCount(isolationViolations)} isolation violations, ${stale}` +
      `${formatCount(corruptBodies)} corrupt bodies; ${formatCount(documentsChecked)} documents in ${formatCount(bodiesChecked)} bodies checked`,
    leakStatement(evidence),
    ...notPromised.map(
      (what) => `${what} were not judged, as the system does not promise that there are none`,
    ),
  ];
}

export function isolation(evidence: Verified): Section {
  const { bodiesChecked, documentsChecked, isolationViolations, staleReads, corruptBodies } =
    evidence.verification;
  const { notPromised = [] } = evidence.verification;
  const unjudged = 'not promised, so not judged';
  const found = (count: number): Text => ({ text: formatCount(count), tone: count === 0 ? 'good' : 'bad' });
  return {
    id: 'isolation',
    title: 'Isolation and freshness',
    folded: true,
    blocks: [
      note(
        'Every virtual user checks the canary in every document it receives: its own account, the id it asked for, and a version no older than one it has seen. The ramp counts too.',
      ),
      {
        kind: 'facts',
        facts: [
          ['Isolation violations', found(isolationViolations)],
          ['Stale reads', notPromised.includes('stale reads') ? unjudged : found(staleReads)],
          ...(notPromised.includes('cacheable responses')
            ? [['Cacheable responses', unjudged] as const]
            : []),
          ['Corrupt bodies', found(corruptBodies)],
          ['Documents checked', formatCount(documentsChecked)],
          ['Response bodies checked', formatCount(bodiesChecked)],
        ],
      },
      ...statement('What that proves', [leakStatement(evidence)]),
    ],
  };
}

const OF_KIND: Readonly<Record<SignalRow['kind'], [title: string, explained: string]>> = {
  safety: ['Guarantees', 'One breach seen is a FAIL, whatever else happened.'],
  validity: ['The measurement itself', 'A breach spoils the run, or leaves it inconclusive.'],
  objective: ['Objectives', 'A breach says that the target was too slow, or failed.'],
};
const TONE = { holds: 'good', breached: 'bad', 'not measured': 'bad', 'not judged': 'quiet' } as const;

export function signals(judged: Judged): Section {
  const rows = signalRows(judged);
  return {
    id: 'signals',
    title: 'Signals',
    blocks: [
      note(
        'What was watched, the bound it was held to, and why that bound: the verdict follows from these alone.',
      ),
      ...Object.entries(OF_KIND).flatMap(([kind, [title, explained]]): ReportBlock[] =>
        table(
          {
            caption: title,
            columns: [
              ['Signal', 'left', { widthPercent: 24 }],
              ['Observed', 'right', { widthPercent: 13 }],
              ['Bound', 'right', { widthPercent: 17 }],
              ['Holds', 'left', { widthPercent: 12 }],
              ['Why this bound', 'left'],
            ],
            rows: rows
              .filter((row) => row.kind === kind)
              .map(({ id, title, observed, bound, state, why, requirement }) => [
                { text: title, id },
                observed,
                bound,
                { text: state, tone: TONE[state] },
                [`${why}${requirement && ` Requirement ${requirementText(requirement)}.`}`],
              ]),
          },
          { title, explained },
        ),
      ),
    ],
  };
}

import {
  askedStatements,
  bracketStatement,
  headroomStatements,
  limitStatements,
  modelledStatement,
  verificationStatements,
} from '../../document/content/index.ts';
import {
  FIGURES_WITHHELD,
  type Figures,
  formatCount,
  formatMs,
  formatPercent,
  formatSeconds,
  type RunEvidence,
} from '../../document/index.ts';
import type { Html } from '../../render/html/index.ts';
import { type AnswerOfScreen, firstScreen, type Headline } from '../../render/html/index.ts';
import type { Knee } from '../../schema/index.ts';

/** The first screen of a capacity run. */
export function capacityOverview(evidence: RunEvidence, figures: Figures | undefined): Html {
  const { verdict, reproduce } = evidence;
  const { outcome, reason, signal } = verdict;
  return firstScreen({
    verdict: { outcome, reason, decidedBy: signal },
    basis: [`Modelled: ${modelledStatement(evidence).join('; ')}.`],
    headlines: figures ? headlinesOf(figures, evidence) : FIGURES_WITHHELD,
    answers: answersOf(evidence, figures),
    reproduce,
  });
}

const P95_MEANING = { closed: 'p95 of all requests', open: 'p95 from the intended start' } as const;

function headlinesOf(figures: Figures, evidence: RunEvidence): Headline[] {
  const { load, knee, total } = figures;
  return [
    ...(knee ? kneeNumbers(knee, evidence) : loadNumbers(figures, evidence)),
    ...(knee
      ? []
      : [
          [formatMs(total.p95Ms), P95_MEANING[evidence.scenario.model]] as const,
          [formatCount(load.failures), `failed of ${formatCount(load.requests)}`] as const,
        ]),
  ];
}

/** The closed model asks how many users, the open one at what rate. */
function loadNumbers({ load }: Figures, { scenario }: RunEvidence): Headline[] {
  const held = `held ${formatSeconds(load.heldMs / 1000)}`;
  const rate = formatCount(load.requestsPerSecond);
  return scenario.model === 'closed'
    ? [
        [formatCount(load.peakVirtualUsers), `virtual users, ${held}`],
        [rate, 'requests per second'],
      ]
    : [
        [rate, `requests per second, ${held}`],
        [
          formatCount(scenario.offeredPerSecond),
          `offered, as by ${formatCount(scenario.virtualUsers)} users`,
        ],
      ];
}

/** A ladder goes past what the target can bear, so its percentiles and failures over all rungs say nothing. */
function kneeNumbers(knee: Knee, { scenario }: RunEvidence): Headline[] {
  const { state, virtualUsers, virtualUsersBracket, requestsPerSecond, rungs, officeUsers } = knee;
  const least = state === 'beyond' ? '≥ ' : '';
  const certainty = virtualUsersBracket === null ? '' : `, ${bracketStatement(virtualUsersBracket)}`;
  const highest = rungs.findLast(({ withinObjectives }) => withinObjectives);
  return [
    [
      `${least}${formatCount(Math.round(virtualUsers))}`,
      `virtual users sustained who think ${formatSeconds(scenario.thinkTimeMedianMs / 1000)}${certainty}`,
    ],
    [`${least}${formatCount(requestsPerSecond)}`, 'requests per second there'],
    ...(officeUsers
      ? [
          [
            `${least}${formatCount(Math.round(officeUsers.virtualUsers))}`,
            `people at work ask for as much, once in ${formatSeconds(officeUsers.meanThinkTimeMs / 1000)}`,
          ] as const,
        ]
      : []),
    ...(highest
      ? [
          [formatMs(highest.p95Ms), `p95 at ${formatCount(highest.virtualUsers)} users`] as const,
          [formatPercent(highest.failureShare * 100), 'of the requests failed there'] as const,
        ]
      : []),
  ];
}

function answersOf(evidence: RunEvidence, figures: Figures | undefined): AnswerOfScreen[] {
  const [checked, found] = verificationStatements(evidence);
  const [asked, ...heldTo] = askedStatements(evidence);
  return [
    ['Asked', [asked]],
    ['Held to', heldTo],
    ['Limit', figures?.knee ? limitStatements(figures.knee) : []],
    ['Headroom', figures?.headroom ? headroomStatements(figures.headroom) : []],
    ['Isolation', [`${found}; ${checked}`]],
  ];
}

import { html } from 'hono/html';
import { MODEL_STATEMENT } from '../../document/content/index.ts';
import {
  formatBytes,
  formatCount,
  formatInstant,
  formatPercent,
  formatQuantity,
  formatSeconds,
} from '../../document/index.ts';
import type { Environment, ScenarioOfRun } from '../../schema/index.ts';
import { type Fact, facts, type Html } from './layout.ts';

/** The load as it was asked for, and why. */
export function scenarioFacts(scenario: ScenarioOfRun): Html {
  const pops = Object.entries(scenario.popShares).map(
    ([pop, share]) => `${pop} ${formatPercent(share * 100)}`,
  );
  const counted = (counts: boolean) =>
    scenario.phases.reduce((sum, phase) => sum + (phase.counts === counts ? phase.seconds : 0), 0);
  return html`<p>${scenario.why} ${MODEL_STATEMENT[scenario.model]}</p>
${facts([
  ['Scenario', scenario.name],
  ['Seed', String(scenario.seed)],
  ['Virtual users asked for', formatCount(scenario.virtualUsers)],
  ['Requests/s they would offer', formatCount(scenario.offeredPerSecond)],
  ['Phases', formatCount(scenario.phases.length)],
  ['Planned to count', formatSeconds(counted(true))],
  ['Planned as warm-up', formatSeconds(counted(false))],
  ['Think time, median', formatSeconds(scenario.thinkTimeMedianMs / 1000)],
  ['Think time, log-normal sigma', formatQuantity(scenario.thinkTimeSigma, '')],
  ['Choice of documents, Zipf exponent', formatQuantity(scenario.zipfExponent, '')],
  ['Users per PoP', pops.map((pop) => html`<span class="together">${pop}</span> `)],
])}`;
}

/** The machine and the versions, the same for every kind of run. */
export const environmentFacts = (environment: Environment & { k6Version?: string }): Fact[] => [
  [
    'Commit',
    html`<code>${environment.commit}</code>${environment.uncommittedChanges && ' with uncommitted changes'}`,
  ],
  ['Processor', `${environment.cpuModel}, ${formatCount(environment.cpuCount)} cores`],
  ['Memory', formatBytes(environment.memoryBytes)],
  ['Platform', environment.platform],
  ['Node.js', environment.nodeVersion],
  ['workerd', environment.workerdVersion],
  ...(environment.k6Version === undefined ? [] : [['k6', environment.k6Version] as const]),
];

export const timeFacts = ({ startedAt, finishedAt }: Record<'startedAt' | 'finishedAt', string>): Fact[] => [
  ['Started', formatInstant(startedAt)],
  ['Finished', formatInstant(finishedAt)],
];

import type { Environment, ReadReplication, ScenarioOfRun } from '../../schema/index.ts';
import type { Fact, ReportBlock } from '../index.ts';
import {
  formatBytes,
  formatCount,
  formatInstant,
  formatPercent,
  formatQuantity,
  formatSeconds,
  note,
} from '../index.ts';

/** What stands for what: the two models answer different questions. */
export const MODEL_STATEMENT = {
  closed: 'Closed model: a user waits for its answer, thinks, and asks again.',
  open: 'Open model: requests start on schedule, whatever came back; latency counts from the intended start.',
} as const;

/** Which database was measured: one with replicas, or one as it is created. One line. */
export const readReplicationStatement = (readReplication: ReadReplication): string =>
  readReplication === 'auto'
    ? 'auto: the primary and replicas share the reads of sessions'
    : 'disabled, as a database is created: every query ran at the primary';

/** The load as it was asked for, and why. */
export function scenarioBlocks(scenario: ScenarioOfRun): ReportBlock[] {
  const seconds = (counts: boolean) =>
    scenario.phases.reduce((sum, phase) => sum + (phase.counts === counts ? phase.seconds : 0), 0);
  return [
    note(`${scenario.why} ${MODEL_STATEMENT[scenario.model]}`),
    {
      kind: 'facts',
      title: 'Scenario',
      facts: [
        ['Scenario', scenario.name],
        ['Seed', String(scenario.seed)],
        ['Virtual users asked for', formatCount(scenario.virtualUsers)],
        ['Requests/s they would offer', formatCount(scenario.offeredPerSecond)],
        ['Phases', formatCount(scenario.phases.length)],
        ['Planned to count', formatSeconds(seconds(true))],
        ['Planned as warm-up', formatSeconds(seconds(false))],
        ['Think time, median', formatSeconds(scenario.thinkTimeMedianMs / 1000)],
        ['Think time, log-normal sigma', formatQuantity(scenario.thinkTimeSigma, '')],
        ['Choice of documents, Zipf exponent', formatQuantity(scenario.zipfExponent, '')],
        [
          'Users per PoP',
          Object.entries(scenario.popShares).map(([pop, share]) => `${pop} ${formatPercent(share * 100)}`),
        ],
      ],
    },
  ];
}

/** The machine, the versions and the time, the same for every kind of run. */
export const environmentBlock = (
  run: { environment: Environment & { k6Version?: string } } & Record<'startedAt' | 'finishedAt', string>,
  ofKind: readonly Fact[] = [],
): ReportBlock => {
  const { environment, startedAt, finishedAt } = run;
  return {
    kind: 'facts',
    title: 'Environment',
    facts: [
      ['Commit', `${environment.commit}${environment.uncommittedChanges ? ' with uncommitted changes' : ''}`],
      ['Processor', `${environment.cpuModel}, ${formatCount(environment.cpuCount)} cores`],
      ['Memory', formatBytes(environment.memoryBytes)],
      ['Platform', environment.platform],
      ['Node.js', environment.nodeVersion],
      ['workerd', environment.workerdVersion],
      ...(environment.k6Version === undefined ? [] : [['k6', environment.k6Version] as const]),
      ...ofKind,
      ['Started', formatInstant(startedAt)],
      ['Finished', formatInstant(finishedAt)],
    ],
  };
};

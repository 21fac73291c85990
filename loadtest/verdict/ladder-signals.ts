import { formatCount } from '../../reports/document/index.ts';
import { askedByPeople, type Scenario } from '../scenarios/index.ts';
import type { Facts } from './evidence.ts';
import { type Climb, RUNGS_MIN } from './rungs.ts';

/** Signals of a whole run that a ladder breaches by design on its upper rungs. */
export const JUDGED_BY_RUNG: readonly string[] = [
  'generator-lateness',
  'generator-silence',
  'machine-cpu',
  'foreign-load',
  'achieved-load',
];

/** What a ladder is judged by: enough of it must be sound, and it must reach what as many people at work ask for. */
export function ladderSignals({ rungs, spoiledBy, isMachines, knee }: Climb, scenario: Scenario): Facts[] {
  const people = scenario.peopleAtWork ?? scenario.virtualUsers;
  const askedPerSecond = askedByPeople(scenario, people);
  return [
    {
      id: 'sound-rungs',
      title:
        spoiledBy === undefined
          ? 'Rungs of the ladder'
          : `Rungs before the generator was short: ${spoiledBy}`,
      kind: 'validity',
      observed: rungs.length,
      bound: RUNGS_MIN,
      comparison: 'at least',
      unit: 'rungs',
      onBreach: 'VOID',
      why:
        'A rung on which the generator or its machine was the limit says nothing about the target, nor do those ' +
        'above it.',
    },
    {
      id: 'ladder-end',
      title:
        isMachines && spoiledBy !== undefined
          ? `Rungs on which this machine gave way before the target: ${spoiledBy}`
          : 'Rungs on which this machine gave way before the target',
      kind: 'validity',
      observed: isMachines && knee?.state !== 'found' ? 1 : 0,
      bound: 0,
      comparison: 'at most',
      unit: 'rungs',
      onBreach: 'VOID',
      why:
        'What the machine adds to an answer, and other work on it, would make the knee depend on the machine and the day. ' +
        'Run again where nothing else runs, or on a larger machine.',
    },
    {
      id: 'sustained-rate',
      title: 'Requests a second that the target sustains',
      kind: 'objective',
      requirement: 'A4',
      // Nothing is sustained where even the lowest rung misses an objective.
      observed: knee?.requestsPerSecond ?? 0,
      bound: askedPerSecond,
      comparison: 'at least',
      unit: 'requests/s',
      // Where the ladder ended before the target gave way, the rate is a lower bound, and less than enough is no answer.
      onBreach: knee?.state === 'beyond' ? 'INCONCLUSIVE' : 'FAIL',
      why: `What ${formatCount(people)} people with the pace of the scenario steady ask for together.`,
    },
  ];
}

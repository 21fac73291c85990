import { signal } from '../../reports/document/index.ts';
import type { Signal } from '../../reports/schema/index.ts';
import type { Death, OtherLoad } from '../generator/index.ts';
import type { SafetyCounter } from '../k6/index.ts';
import { judgedCounters } from '../scenarios/index.ts';
import { driftSignals } from './drift-signals.ts';
import type { Evidence, Facts } from './evidence.ts';
import { JUDGED_BY_RUNG, ladderSignals } from './ladder-signals.ts';
import { loadSignals } from './load-signals.ts';
import { machineShare } from './machine-share.ts';
import { objectiveSignals } from './objective-signals.ts';
import { outcomesOf, plannedFaultsFired } from './planned-faults.ts';
import { rowSignals } from './row-signals.ts';
import { climbOf } from './rungs.ts';
import { generatorSignals, sampleSignals } from './void-signals.ts';

/**
 * What a run is judged by. Which breach decides is the verdict's business (reports/document/verdict.ts).
 * A run that was cut short has no load to judge: its signals are what died, and the guarantees up to then.
 *
 * @param climb of a ladder, when the caller has it already
 */
export function signalsOf(evidence: Evidence, climb = climbOf(evidence)): Signal[] {
  const { death, behaviour, faultReports, others = [] } = evidence;
  const always = [...safety(evidence), ...others.flatMap(ofOther(safety)), ...survival(death)];
  const faults = plannedFaultsFired(outcomesOf(behaviour, faultReports));
  if (death) return always.map(signal);
  // Causes before their effects: among equals the first decides, and is the reason that is shown.
  const validity = [
    ...generatorSignals(evidence),
    ...loadSignals(evidence),
    ...others.flatMap(
      ofOther((other) => [...sampleSignals(other), ...loadSignals(other).filter(isJudgedOf(other))]),
    ),
    ...faults,
  ];
  const judged = climb
    ? [
        ...validity.filter(({ id }) => !JUDGED_BY_RUNG.includes(id)),
        ...ladderSignals(climb, evidence.scenario),
      ]
    : [...validity, ...machineShare(evidence)];
  const objectives = [
    ...objectiveSignals(evidence),
    ...rowSignals(evidence),
    ...others.filter(({ isJudged }) => isJudged).flatMap(ofOther(objectiveSignals)),
  ];
  return [...always, ...judged, ...objectives, ...driftSignals(evidence)].map(signal);
}

/** Another tenant is not held to objectives unless it is asked for; that it was at work is a part of the question. */
const isJudgedOf =
  ({ isJudged }: OtherLoad) =>
  ({ kind }: Facts): boolean =>
    isJudged || kind === 'validity';

/** Signals of another tenant, each under its name. */
const ofOther =
  (signalsOfOne: (other: OtherLoad) => Facts[]) =>
  (other: OtherLoad): Facts[] =>
    signalsOfOne(other).map((facts) => ({
      ...facts,
      id: `${other.account}-${facts.id}`,
      title: `${other.name}: ${facts.title}`,
    }));

/** A guarantee that the system does not promise has no signal: it could not fail, and the result says that nobody looked. */
export function safety({
  scenario,
  aggregate: { counters },
}: Pick<Evidence, 'scenario' | 'aggregate'>): Facts[] {
  const judged = judgedCounters(scenario);
  const none = (name: SafetyCounter, title: string, requirement: string, why: string): Facts[] =>
    judged.includes(name)
      ? [
          {
            id: name.replaceAll('_', '-'),
            title,
            kind: 'safety',
            requirement,
            observed: counters[name],
            bound: 0,
            comparison: 'at most',
            unit: 'responses',
            onBreach: 'FAIL',
            why,
          },
        ]
      : [];
  return [
    ...none('isolation_violations', 'Data of another account', 'A7', 'One foreign canary is a leak.'),
    ...none(
      'stale_reads',
      'Reads older than the user had seen',
      'A11',
      'A bookmark promises never to go back.',
    ),
    ...none(
      'corrupt_bodies',
      'Wrong or unreadable bodies',
      'B3',
      'A body must be what was asked for, at its version.',
    ),
    ...none(
      'cacheable_responses',
      'Responses without Cache-Control: private, no-store',
      'P7',
      'A cache in front of the Worker may keep and share them for hours.',
    ),
  ];
}

function survival(death: Death | undefined): Facts[] {
  const alive = (role: Death['role'], title: string, onBreach: Signal['onBreach'], why: string): Facts => ({
    id: `${role}-ended-early`,
    title: death?.role === role ? `${title} (${death.name} ${death.detail})` : title,
    // Not an objective, whose observation is withheld in a void run: this one is no figure.
    kind: 'validity',
    observed: death?.role === role ? 1 : 0,
    bound: 0,
    comparison: 'at most',
    unit: 'processes',
    onBreach,
    why,
  });
  return [
    alive('generator', 'Load generator ended early', 'VOID', 'Without a generator nothing was measured.'),
    alive('data-plane', 'Data plane ended early', 'VOID', 'It is part of the harness, not of the target.'),
    alive('worker', 'Worker ended early', 'FAIL', 'The Worker is the system under test.'),
  ];
}

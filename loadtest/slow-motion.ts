import type { Behaviour } from '../reference-worker/target/index.ts';
import { badOption } from '../reports/command/index.ts';
import { type Scenario, shapes } from './scenarios/index.ts';

/**
 * What k6 is asked for. A machine that is short of processor time makes answers late that are not late on Cloudflare: where all that
 * is modelled and the users take several times as long, and what was measured is divided by that again, what the machine adds to an
 * answer counts for a part of what it would. So everything that users wait for themselves takes
 * `scenario.slowMotion` times as long.
 */
export const slowScenario = (scenario: Scenario): Scenario => ({
  ...scenario,
  thinkTimeMedianMs: scenario.thinkTimeMedianMs * scenario.slowMotion,
  phases: scenario.phases.map((phase) => ({ ...phase, seconds: phase.seconds * scenario.slowMotion })),
});

/** How D1 behaves then: every duration of the profile, the limits on time included, is `factor` times as long. */
export function slowBehaviour(behaviour: Behaviour, factor: number): Behaviour {
  const { d1, kv } = behaviour.latency;
  return {
    ...behaviour,
    latency: { ...behaviour.latency, d1: stretched(d1, factor), kv: stretched(kv, factor) },
  };
}

/** Durations are what a name that ends in `Ms` holds, however deep. */
function stretched<Value>(value: Value, factor: number, isDuration = false): Value {
  if (typeof value === 'number') return (isDuration ? value * factor : value) as Value; // a number as before
  if (Array.isArray(value)) return value.map((each) => stretched(each, factor, isDuration)) as Value; // the same items
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    stretched(inner, factor, isDuration || name.endsWith('Ms')),
  ]);
  return Object.fromEntries(entries) as Value; // the same names
}

/**
 * Refuses what slow motion would tell wrongly.
 *
 * @throws CommandError `bad_option` where nothing is modelled, faults are planned by the clock, the Worker itself chooses times to
 *   live in KV, or what is looked for is the drift of real processes
 */
export function assertSlowable(
  { slowMotion, name }: Pick<Scenario, 'slowMotion' | 'name'>,
  { latency, faults }: Pick<Behaviour, 'latency' | 'faults'>,
  kvCache: boolean,
): void {
  const wrong = [
    [latency.name === 'instant', 'slows what is modelled, and --latency instant models nothing'],
    [faults.length > 0, 'does not slow planned faults'],
    [kvCache, 'does not slow the times to live that a Worker gives to what it puts into KV'],
    [name === shapes.soak.name, 'hides the drift of real processes, which a soak looks for'],
  ] as const;
  const found = wrong.find(([isSo]) => isSo);
  if (slowMotion > 1 && found) throw badOption('slow-motion', `it ${found[1]}; leave it out`);
}

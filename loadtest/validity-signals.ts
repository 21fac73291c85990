import type { Signal } from '../reports/schema.ts';
import type { Facts, Observations } from './signals.ts';

/** The gauge is reported once a second, so that the first and the last moment of the hold can go unseen. */
const GAUGE_TOLERANCE_MS = 2500;
/** A share of seconds, because a mean would hide a stall of some seconds. k6's own garbage collection takes 10 %. */
const MACHINE_FULL_MAX_PERCENT = 25;
const RUNNER_DELAY_MAX_MS = 250;
/** A quarter of the strictest objective: more could decide a verdict on its own. */
const GENERATOR_LATENESS_MAX_MS = 25;
/** The issue's own bound for 4,000 users; more would compete with the databases' page cache. */
const GENERATOR_MAX_BYTES = 1.5e9;

/** What must hold for the numbers to mean anything (design rule 5). */
export function validity({ profile, aggregate, surroundings }: Observations): Facts[] {
  const facts = (more: Omit<Facts, 'kind' | 'onBreach'> & { onBreach?: Signal['onBreach'] }): Facts => ({
    kind: 'validity',
    onBreach: 'VOID',
    ...more,
  });
  const { lateness } = aggregate;
  // Of the whole run, as the checks are: against the hold alone, every check of the ramp could have been missing.
  const answered = aggregate.timeline.reduce((sum, { requests, failures }) => sum + requests - failures, 0);
  const generator = surroundings.processes.find(({ role }) => role === 'generator');
  return [
    facts({
      id: 'peak-virtual-users',
      title: 'Virtual users at once',
      requirement: 'A4',
      observed: aggregate.peakVirtualUsers,
      bound: profile.virtualUsers,
      comparison: 'at least',
      unit: 'users',
      why: 'A run with fewer users than asked for answers another question.',
    }),
    facts({
      id: 'held',
      title: 'Time at the full number of users',
      observed: aggregate.heldMs,
      bound: Math.max(1, profile.holdSeconds * 1000 - GAUGE_TOLERANCE_MS),
      comparison: 'at least',
      unit: 'ms',
      why: 'A shorter hold measures the ramp.',
    }),
    facts({
      id: 'bodies-checked',
      title: 'Responses whose body was checked',
      observed: aggregate.counters.bodies_checked,
      bound: Math.max(1, answered),
      comparison: 'at least',
      unit: 'responses',
      why: 'Everything is verified under load (design rule 4); an unchecked answer may be a leak.',
    }),
    facts({
      id: 'unreadable-samples',
      title: 'Samples that could not be read',
      observed: aggregate.unreadableSamples,
      bound: 0,
      comparison: 'at most',
      unit: 'samples',
      why: 'What was dropped may have been the slow ones.',
    }),
    facts({
      id: 'generator-lateness',
      title: 'How late virtual users wake from thinking, p95',
      observed: lateness.totalCount === 0 ? Number.NaN : lateness.getValueAtPercentile(95) / 1000,
      bound: GENERATOR_LATENESS_MAX_MS,
      comparison: 'at most',
      unit: 'ms',
      why: 'A user who wakes late also sees answers late: the generator, not the target, is then what is measured.',
    }),
    facts({
      id: 'machine-cpu',
      title: 'Seconds of the hold with every core busy',
      observed: surroundings.machineFullPercent,
      bound: MACHINE_FULL_MAX_PERCENT,
      comparison: 'at most',
      unit: '%',
      why:
        'Generator and target share the machine. A full second makes answers look slower, never faster, so a few do not ' +
        'spoil a PASS; in a quarter of the hold a p95 would be the time spent waiting for a core.',
    }),
    facts({
      id: 'runner-delay',
      title: 'Event-loop delay of the runner, p99',
      observed: surroundings.runnerDelayP99Ms,
      bound: RUNNER_DELAY_MAX_MS,
      comparison: 'at most',
      unit: 'ms',
      why: 'A runner that lags behind the sample stream holds k6 up.',
    }),
    facts({
      id: 'generator-memory',
      title: 'Memory of k6, peak',
      observed: generator?.peakMemoryBytes ?? Number.NaN,
      bound: GENERATOR_MAX_BYTES,
      comparison: 'at most',
      unit: 'bytes',
      onBreach: 'INCONCLUSIVE',
      why: 'A larger generator takes memory from the file cache of the databases it measures.',
    }),
  ];
}

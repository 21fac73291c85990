import { z } from 'zod';
import { operationsOf, systemFlags } from '../../reference-worker/target/index.ts';
import {
  exitCodeOf,
  fromCaller,
  type Invocation,
  readOptions,
  wholeNumber,
} from '../../reports/command/index.ts';
import { decide, latencyOf } from '../../reports/index.ts';
import { type Aggregate, mergeSamples, type Totals } from '../generator/index.ts';
import { SAFETY_COUNTERS } from '../k6/index.ts';
import {
  judgedCounters,
  SCENARIO_NAMES,
  type Scenario,
  scenarioOf,
  shapes,
  USERS_MAX,
  withOverrides,
} from '../scenarios/index.ts';
import { chosenSystem } from '../system.ts';
import { signalsOfSamples } from '../verdict/index.ts';
import { readRunnerFile } from './runner-file.ts';
import { demandWholeRun } from './whole-run.ts';

const Flags = z.strictObject({
  ...systemFlags,
  scenario: z.enum(SCENARIO_NAMES, {
    error: ({ input }) => `${JSON.stringify(input)} is no scenario; choose from ${SCENARIO_NAMES.join(', ')}`,
  }),
  users: wholeNumber(1, USERS_MAX).optional(),
  hold: wholeNumber(5, 86_400).optional(),
});

function render(scenario: Scenario, aggregate: Aggregate): string {
  const { counters, operations, total, generators, peakVirtualUsers, heldMs } = aggregate;
  const judged = judgedCounters(scenario);
  const broken = SAFETY_COUNTERS.map(
    (name) =>
      `${judged.includes(name) ? counters[name] : 'not promised, so not judged:'} ${name.replaceAll('_', ' ')}`,
  );
  return [
    `${generators} runners, ${peakVirtualUsers} virtual users at once, held ${heldMs / 1000} s`,
    'operation           requests  failures     p50 ms     p95 ms     p99 ms   p99.9 ms',
    ...[...operationsOf(scenario.journey).keys()].flatMap((name) => {
      const totals = operations.get(name);
      return totals ? [row(name, totals)] : [];
    }),
    row('all', total),
    `${counters.documents_checked} documents in ${counters.bodies_checked} bodies checked: ${broken.join(', ')}`,
    connecting(aggregate),
    `${aggregate.unreadableSamples} unreadable samples, ${aggregate.droppedIterations} dropped requests`,
  ].join('\n');
}

/** Beside the answer times on this machine, part of them elsewhere (k6/clock.ts). */
function connecting({ connecting }: Aggregate): string {
  const { count, p95Ms, p99Ms } = latencyOf(connecting);
  return `${count} connections opened, connection and TLS: p95 ${p95Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
}

function row(name: string, { requests, failures, histogram }: Totals): string {
  const { p50Ms, p95Ms, p99Ms, p999Ms } = latencyOf(histogram);
  const figures = [p50Ms, p95Ms, p99Ms, p999Ms].map((ms) => ms.toFixed(2).padStart(11));
  return `${name.padEnd(16)}${String(requests).padStart(12)}${String(failures).padStart(10)}${figures.join('')}`;
}

/** Puts the files of several runners together, as one generator would have seen the run. */
export async function merge({ given, args }: Invocation): Promise<number> {
  const { scenario: name, users, hold } = readOptions(Flags, given);
  const system = await chosenSystem(given);
  const scenario = withOverrides(scenarioOf(shapes[name], system), {
    virtualUsers: users,
    holdSeconds: hold,
  });
  const files = await Promise.all(
    args.map(async (file) => ({ file, samples: await readRunnerFile(fromCaller(file), scenario) })),
  );
  demandWholeRun(files, scenario);
  const aggregate = mergeSamples(
    scenario,
    files.map(({ samples }) => samples),
  );
  console.log(render(scenario, aggregate));
  const { outcome, signal, reason } = decide(signalsOfSamples({ scenario, aggregate }));
  // No verdict on capacity: nobody watched the runners' machines from here.
  console.log(outcome === 'PASS' ? 'The load is the one of the plan.' : `${outcome} by ${signal}: ${reason}`);
  return exitCodeOf[outcome];
}

import { Command } from 'commander';
import { decide, exitCodeOf, latencyOf, runCommand } from '../../reports/index.ts';
import { LoadTestError } from '../errors.ts';
import { type Aggregate, mergeSamples, type Totals } from '../generator/index.ts';
import { OPERATIONS, SAFETY_COUNTERS } from '../k6/plan.ts';
import { SCENARIO_NAMES, type Scenario, scenarios, withOverrides } from '../scenarios/index.ts';
import { signalsOfSamples } from '../verdict/signals.ts';
import { readRunnerFile } from './runner-file.ts';
import { demandWholeRun } from './whole-run.ts';

/** Puts the files of several runners together, as one generator would have seen the run. */

const command = new Command('merge')
  .description('Merges the sample streams of several runners exactly, and prints what the run came to.')
  .argument('<files...>', "each runner's `--out json=<file>`, compressed or not")
  .option('--scenario <name>', `the scenario of the plan: ${SCENARIO_NAMES.join(', ')}`, 'steady')
  .option('--users <n>', "its users, if the plan had others than the scenario's", Number)
  .option('--hold <seconds>', 'how long each phase that counts lasted, likewise', Number)
  .addHelpText(
    'after',
    '\nExit codes: 0 merged, 1 a guarantee was broken, 2 the load is in doubt, 3 it was not the one of the plan, 4 refused: ' +
      'usage or a file.',
  )
  .exitOverride();

interface MergeOptions {
  readonly scenario: string;
  readonly users?: number;
  readonly hold?: number;
}

function scenarioOf({ scenario: name, users, hold }: MergeOptions): Scenario {
  const found = Object.values(scenarios).find((scenario) => scenario.name === name);
  if (!found) {
    throw new LoadTestError(
      'scenario_unknown',
      `${name} is no scenario; choose from ${SCENARIO_NAMES.join(', ')}.`,
    );
  }
  return withOverrides(found, { virtualUsers: users, holdSeconds: hold });
}

function render(aggregate: Aggregate): string {
  const { counters, operations, total, generators, peakVirtualUsers, heldMs } = aggregate;
  const broken = SAFETY_COUNTERS.map((name) => `${counters[name]} ${name.replaceAll('_', ' ')}`);
  return [
    `${generators} runners, ${peakVirtualUsers} virtual users at once, held ${heldMs / 1000} s`,
    'operation           requests  failures     p50 ms     p95 ms     p99 ms   p99.9 ms',
    ...OPERATIONS.flatMap((name) => {
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

async function merge(argv: readonly string[]): Promise<number> {
  command.parse(argv, { from: 'user' });
  const scenario = scenarioOf(command.opts());
  const files = await Promise.all(
    command.args.map(async (file) => ({ file, samples: await readRunnerFile(file, scenario) })),
  );
  demandWholeRun(files, scenario);
  const aggregate = mergeSamples(
    scenario,
    files.map(({ samples }) => samples),
  );
  console.log(render(aggregate));
  const { outcome, signal, reason } = decide(signalsOfSamples({ scenario, aggregate }));
  // No verdict on capacity: nobody watched the runners' machines from here.
  console.log(outcome === 'PASS' ? 'The load is the one of the plan.' : `${outcome} by ${signal}: ${reason}`);
  return exitCodeOf[outcome];
}

await runCommand(() => merge(process.argv.slice(2)), { known: [LoadTestError] });

import { Command } from 'commander';
import { exitCodeOf, latencyOf, type Outcome, runCommand } from '../../reports/index.ts';
import { LoadTestError } from '../errors.ts';
import { type Aggregate, mergeSamples, type Totals } from '../generator/index.ts';
import { OPERATIONS, SAFETY_COUNTERS } from '../k6/plan.ts';
import { SCENARIO_NAMES, type Scenario, scenarios, withOverrides } from '../scenarios/index.ts';
import { readRunnerFile } from './runner-file.ts';

/** Puts the files of several runners together, as one generator would have seen the run. */

const command = new Command('merge')
  .description('Merges the sample streams of several runners exactly, and prints what the run came to.')
  .argument('<files...>', "each runner's `--out json=<file>`, compressed or not")
  .option('--scenario <name>', `the scenario of the plan: ${SCENARIO_NAMES.join(', ')}`, 'steady')
  .option('--users <n>', "its users, if the plan had others than the scenario's", Number)
  .option('--hold <seconds>', 'how long each phase that counts lasted, likewise', Number)
  .addHelpText(
    'after',
    '\nExit codes: 0 merged, 1 a guarantee was broken, 3 samples are missing, 4 refused: usage or a file.',
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
    `${aggregate.unreadableSamples} unreadable samples, ${aggregate.droppedIterations} dropped requests`,
  ].join('\n');
}

function row(name: string, { requests, failures, histogram }: Totals): string {
  const { p50Ms, p95Ms, p99Ms, p999Ms } = latencyOf(histogram);
  const figures = [p50Ms, p95Ms, p99Ms, p999Ms].map((ms) => ms.toFixed(2).padStart(11));
  return `${name.padEnd(16)}${String(requests).padStart(12)}${String(failures).padStart(10)}${figures.join('')}`;
}

/** Not a verdict: nobody watched the runners' machines from here. Only what the samples alone decide. */
function outcomeOf({ counters, unreadableSamples }: Aggregate): Outcome {
  if (SAFETY_COUNTERS.some((name) => counters[name] > 0)) return 'FAIL';
  return unreadableSamples > 0 ? 'VOID' : 'PASS';
}

async function merge(argv: readonly string[]): Promise<number> {
  command.parse(argv, { from: 'user' });
  const scenario = scenarioOf(command.opts());
  const parts = await Promise.all(command.args.map((file) => readRunnerFile(file, scenario)));
  const aggregate = mergeSamples(scenario, parts);
  console.log(render(aggregate));
  return exitCodeOf[outcomeOf(aggregate)];
}

await runCommand(() => merge(process.argv.slice(2)), { known: [LoadTestError] });

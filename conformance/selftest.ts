import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startProgress, timeLeft } from '../fixtures/progress.ts';
import { INTERRUPTED_EXIT_CODE, interruption, PlatformError } from '../reference-worker/local/index.ts';
import { system } from '../reference-worker/shared-shards/system.ts';
import { MutationError } from '../reference-worker/target/index.ts';
import { programOf, readFlags, runCommand, wholeNumber } from '../reports/command/index.ts';
import { exitCodeOf } from '../reports/index.ts';
import { CHECKS } from './checks/registry.ts';
import { ConformanceError } from './run/errors.ts';
import { judge } from './selftest/judge.ts';
import type { Kill } from './selftest/kill.ts';
import { killTable } from './selftest/kill-table.ts';
import { type CheckMutation, readCheckMutations } from './selftest/mutations.ts';
import { baselineOf, killsOf, type ProofOptions } from './selftest/prove.ts';

const HELP = `Examples:
  npm run selftest                                  every mutation against the check that it names
  npm run selftest -- --first                       and which check a user would meet first; writes KILL-TABLE.md
  npm run selftest -- --only cache                  the mutations and checks of one area
  npm run selftest -- --only isolation/foreign-cursor
  npm run selftest -- --seed 7                      other random programs

Exit codes: 0 every check has caught its mutations, 1 one has not, 3 VOID (the reference Worker is not all green, or the
sentinel is not caught), 4 nothing was started: usage.`;

const Flags = z.strictObject({
  only: z.string().optional(),
  first: z.boolean(),
  seed: wholeNumber(),
});

interface Selection {
  readonly mutations: readonly CheckMutation[];
  readonly sentinel: CheckMutation;
  readonly checks: typeof CHECKS;
  readonly seed: number;
  readonly findsFirst: boolean;
  readonly isWhole: boolean;
}

/** @throws ConformanceError, CommanderError, MutationError */
function readOptions(argv: readonly string[]): Selection {
  const program = programOf({
    name: 'selftest',
    does: 'Proves the checks: builds a Worker for each mutation and demands that the check which it names catches it.',
    help: HELP,
  })
    .option('--only <area, check or mutation>', 'a part of the catalogue')
    .option('--first', 'also run the checks before the named one, up to the first that fails', false)
    .option('--seed <number>', 'of everything that the checks draw', '1');
  const { only, first: findsFirst, seed } = readFlags(program, argv, Flags);
  const { mutations: all, sentinel } = readCheckMutations(system, CHECKS);
  if (only === undefined)
    return { mutations: all, sentinel, checks: CHECKS, seed, findsFirst, isWhole: true };
  const isMeant = (id: string): boolean => id === only || id.startsWith(`${only}/`);
  const mutations = all.filter(({ id, check }) => isMeant(id) || isMeant(check));
  const checks = CHECKS.filter(({ id }) => mutations.some(({ check }) => check === id));
  if (mutations.length === 0)
    throw new ConformanceError(
      'bad_option',
      `--only: no area, check or mutation is called ${only}. See npm run selftest -- --help.`,
    );
  return { mutations, sentinel, checks, seed, findsFirst, isWhole: false };
}

/** @returns the exit code */
async function selftest(selection: Selection, signal: AbortSignal): Promise<number> {
  const { mutations, checks, seed, findsFirst, isWhole } = selection;
  const options: ProofOptions = { system, checks: CHECKS, seed, findsFirst, signal };
  const progress = startProgress(`${checks.length} checks on the reference Worker`);
  const baseline = await baselineOf({ ...options, checks });
  progress.done(
    `${checks.length} checks on the reference Worker: ${tally(baseline.map(({ verdict }) => verdict))}`,
  );
  const startedAtMs = Date.now();
  let done = 0;
  const told = startProgress(`0 of ${mutations.length} mutations`);
  const onKill = (kill: Kill): void => {
    done += 1;
    console.log(lineOf(kill));
    told.update(
      `${done} of ${mutations.length} mutations, ${timeLeft(startedAtMs, done / (mutations.length + 1))}`,
    );
  };
  const [sentinel, ...kills] = await killsOf([selection.sentinel, ...mutations], options, onKill);
  told.done(`${mutations.length} mutations and the sentinel`);
  if (!sentinel) throw new Error('the sentinel was not run');
  const { outcome, reasons } = judge(baseline, sentinel, kills, checks);
  console.log(`\n${outcome}\n${reasons.join('\n')}`);
  if (isWhole && findsFirst && outcome === 'PASS')
    writeFileSync(join(import.meta.dirname, 'KILL-TABLE.md'), killTable(kills, checks, seed));
  return exitCodeOf[outcome];
}

function lineOf({ mutation, survived, seen, caughtFirstBy }: Kill): string {
  const first = caughtFirstBy === undefined ? '' : ` (after ${caughtFirstBy})`;
  if (survived !== undefined) return `SURVIVED  ${mutation.id}: ${survived}`;
  return `killed    ${mutation.id} by ${mutation.check}${first}\n          ${seen}`;
}

const tally = (verdicts: readonly string[]): string =>
  [...new Set(verdicts)]
    .map((each) => `${verdicts.filter((verdict) => verdict === each).length} ${each}`)
    .join(', ');

const signal = interruption(new ConformanceError('interrupted', 'stopping; KILL-TABLE.md is as it was.'));
await runCommand(() => selftest(readOptions(process.argv.slice(2)), signal), {
  known: [ConformanceError, MutationError, PlatformError],
  signal,
  interruptedExitCode: INTERRUPTED_EXIT_CODE,
});

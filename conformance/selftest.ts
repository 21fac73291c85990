import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startProgress, timeLeft } from '../fixtures/progress.ts';
import { INTERRUPTED_EXIT_CODE, interruption, PlatformError } from '../reference-worker/local/index.ts';
import { system } from '../reference-worker/shared-shards/system.ts';
import { programOf, readFlags, runCommand, wholeNumber } from '../reports/command/index.ts';
import { exitCodeOf } from '../reports/index.ts';
import { CHECKS } from './checks/registry.ts';
import { DEFECTS } from './defects/catalogue.ts';
import type { Defect } from './defects/defect.ts';
import { ConformanceError } from './run/errors.ts';
import { CANARY } from './selftest/canary.ts';
import { judge } from './selftest/judge.ts';
import type { Kill } from './selftest/kill.ts';
import { killTable } from './selftest/kill-table.ts';
import { baselineOf, type ProofOptions, provoke } from './selftest/prove.ts';

const HELP = `Examples:
  npm run selftest                                  every planted defect against the check that it names
  npm run selftest -- --first                       and which check a user would meet first; writes KILL-TABLE.md
  npm run selftest -- --only cache                  the defects and checks of one area
  npm run selftest -- --only isolation/foreign-cursor
  npm run selftest -- --seed 7                      other random programs

Exit codes: 0 every check has caught its defects, 1 one has not, 3 VOID (the reference Worker is not all green, or the
canary is not caught), 4 nothing was started: usage.`;

const Flags = z.strictObject({
  only: z.string().optional(),
  first: z.boolean(),
  seed: wholeNumber(),
});

interface Selection {
  readonly defects: readonly Defect[];
  readonly checks: typeof CHECKS;
  readonly seed: number;
  readonly findsFirst: boolean;
  readonly isWhole: boolean;
}

/** @throws ConformanceError, CommanderError */
function readOptions(argv: readonly string[]): Selection {
  const program = programOf({
    name: 'selftest',
    does: 'Proves the checks: builds Workers with planted defects and demands that each check catches its own.',
    help: HELP,
  })
    .option('--only <area, check or defect>', 'a part of the catalogue')
    .option('--first', 'also run the checks before the named one, up to the first that fails', false)
    .option('--seed <number>', 'of everything that the checks draw', '1');
  const { only, first: findsFirst, seed } = readFlags(program, argv, Flags);
  if (only === undefined) return { defects: DEFECTS, checks: CHECKS, seed, findsFirst, isWhole: true };
  const isMeant = (id: string): boolean => id === only || id.startsWith(`${only}/`);
  const defects = DEFECTS.filter(({ id, check }) => isMeant(id) || isMeant(check));
  const checks = CHECKS.filter(({ id }) => defects.some(({ check }) => check === id));
  if (defects.length === 0)
    throw new ConformanceError(
      'bad_option',
      `--only: no area, check or defect is called ${only}. See npm run selftest -- --help.`,
    );
  return { defects, checks, seed, findsFirst, isWhole: false };
}

/** @returns the exit code */
async function selftest(selection: Selection, signal: AbortSignal): Promise<number> {
  const { defects, checks, seed, findsFirst, isWhole } = selection;
  const options: ProofOptions = { system, checks: CHECKS, seed, findsFirst, signal };
  const progress = startProgress(`${checks.length} checks on the reference Worker`);
  const baseline = await baselineOf({ ...options, checks });
  progress.done(
    `${checks.length} checks on the reference Worker: ${tally(baseline.map(({ verdict }) => verdict))}`,
  );
  const startedAtMs = Date.now();
  let done = 0;
  const told = startProgress(`0 of ${defects.length} planted defects`);
  const onKill = (kill: Kill): void => {
    done += 1;
    console.log(lineOf(kill));
    told.update(
      `${done} of ${defects.length} planted defects, ${timeLeft(startedAtMs, done / (defects.length + 1))}`,
    );
  };
  const [canary, ...kills] = await provoke([CANARY, ...defects], options, onKill);
  told.done(`${defects.length} planted defects and the canary`);
  if (!canary) throw new Error('the canary was not provoked');
  const { outcome, reasons } = judge(baseline, canary, kills, checks);
  console.log(`\n${outcome}\n${reasons.join('\n')}`);
  if (isWhole && findsFirst && outcome === 'PASS')
    writeFileSync(join(import.meta.dirname, 'KILL-TABLE.md'), killTable(kills, checks, seed));
  return exitCodeOf[outcome];
}

function lineOf({ defect, survived, seen, caughtFirstBy }: Kill): string {
  const first = caughtFirstBy === undefined ? '' : ` (after ${caughtFirstBy})`;
  if (survived !== undefined) return `SURVIVED  ${defect.id}: ${survived}`;
  return `killed    ${defect.id} by ${defect.check}${first}\n          ${seen}`;
}

const tally = (verdicts: readonly string[]): string =>
  [...new Set(verdicts)]
    .map((each) => `${verdicts.filter((verdict) => verdict === each).length} ${each}`)
    .join(', ');

const signal = interruption(new ConformanceError('interrupted', 'stopping; KILL-TABLE.md is as it was.'));
await runCommand(() => selftest(readOptions(process.argv.slice(2)), signal), {
  known: [ConformanceError, PlatformError],
  signal,
  interruptedExitCode: INTERRUPTED_EXIT_CODE,
});

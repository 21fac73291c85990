import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadSystem, type System } from '../reference-worker/target/index.ts';
import {
  badOption,
  exitCodeOf,
  type Invocation,
  readOptions,
  startProgress,
  timeLeft,
  wholeNumber,
} from '../reports/command/index.ts';
import { CHECKS } from './checks/index.ts';
import {
  baselineOf,
  type CheckMutation,
  checksShownBy,
  judgeProof,
  type Kill,
  killsOf,
  killTable,
  type ProofOptions,
  readCheckMutations,
  runSystematic,
  withKills,
  withSystematic,
} from './selftest/index.ts';

const KILL_TABLE = join(import.meta.dirname, 'KILL-TABLE.md');

/** Whose kill table is kept. */
const FIRST_SYSTEM = 'shared-shards';

const Flags = z.strictObject({
  system: z.string().default(FIRST_SYSTEM),
  only: z.string().optional(),
  first: z.boolean(),
  seed: wholeNumber(),
  systematic: z.boolean().default(false),
  sample: wholeNumber(1).optional(),
  minutes: wholeNumber(1).optional(),
});
type Flags = z.infer<typeof Flags>;

interface Selection {
  readonly mutations: readonly CheckMutation[];
  readonly sentinel: CheckMutation;
  readonly checks: typeof CHECKS;
  readonly seed: number;
  readonly findsFirst: boolean;
  readonly isWhole: boolean;
}

/** @throws CommandError `bad_option`; MutationError */
function selectionOf(system: System, { only, first: findsFirst, seed }: Flags): Selection {
  const { mutations: all, sentinel } = readCheckMutations(system, CHECKS);
  if (only === undefined) {
    const isWhole = system.name === FIRST_SYSTEM;
    const checks = checksShownBy(all, CHECKS);
    return { mutations: all, sentinel, checks, seed, findsFirst, isWhole };
  }
  const isMeant = (id: string): boolean => id === only || id.startsWith(`${only}/`);
  const mutations = all.filter(({ id, check }) => isMeant(id) || isMeant(check));
  const checks = checksShownBy(mutations, CHECKS);
  if (mutations.length === 0) throw badOption('only', `no area, check or mutation is called ${only}`);
  return { mutations, sentinel, checks, seed, findsFirst, isWhole: false };
}

/** @returns the exit code */
export async function selftest({ given, signal }: Invocation): Promise<number> {
  const flags = readOptions(Flags, given);
  for (const name of ['sample', 'minutes'] as const)
    if (flags[name] !== undefined && !flags.systematic) throw badOption(name, 'is for --systematic only');
  if (flags.first && flags.systematic) throw badOption('first', 'is not for --systematic');
  const system = await loadSystem({ system: flags.system }, import.meta.dirname);
  return flags.systematic
    ? systematic(system, flags, signal)
    : ofMutations(system, selectionOf(system, flags), signal);
}

/** @returns the exit code */
async function systematic(
  system: System,
  { only, sample, minutes, seed }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const { mutations, sentinel } = readCheckMutations(system, CHECKS);
  const options = { system, checks: CHECKS, seed, findsFirst: false, signal };
  const { outcome, reasons, section } = await runSystematic({
    ...options,
    ...{ mutations, sentinel, only, sample, minutes },
  });
  console.log(`\n${outcome}\n${reasons.join('\n')}`);
  if (system.name === FIRST_SYSTEM && section !== '')
    writeFileSync(KILL_TABLE, withSystematic(readFileSync(KILL_TABLE, 'utf8'), section));
  return exitCodeOf[outcome];
}

/** @returns the exit code */
async function ofMutations(system: System, selection: Selection, signal: AbortSignal): Promise<number> {
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
  const { outcome, reasons } = judgeProof(baseline, sentinel, kills, checks);
  console.log(`\n${outcome}\n${reasons.join('\n')}`);
  if (isWhole && findsFirst && outcome === 'PASS')
    writeFileSync(KILL_TABLE, withKills(readFileSync(KILL_TABLE, 'utf8'), killTable(kills, checks, seed)));
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

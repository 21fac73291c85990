import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { concurrently, mutationsOf } from '../../../reference-worker/target/index.ts';
import { badOption, startProgress, timeLeft } from '../../../reports/command/index.ts';
import { CHECKS, type Check } from '../../checks/index.ts';
import type { CheckMutation } from '../mutations.ts';
import { baselineOf, killsOf, type ProofOptions } from '../prove.ts';
import { readEquivalents } from './equivalents.ts';
import { type Fates, fatesFile, openFates } from './fates.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { nearestFirst, type WatchedLine, watchedBy } from './nearest.ts';
import { type Fate, openRunner } from './run-mutant.ts';
import {
  JUDGED_MIN,
  killShareOf,
  type MutantFate,
  SENSITIVITY_MIN,
  tallyBy,
  tallyOf,
  tallyTable,
} from './sensitivity.ts';
import { typeErrorsOf } from './type-errors.ts';

export interface SystematicOptions extends ProofOptions {
  /** Whose checks are tried first near the lines that they change. */
  readonly mutations: readonly CheckMutation[];
  readonly sentinel: CheckMutation;
  /** A file, an operator or a mutant; all unless told otherwise. */
  readonly only?: string | undefined;
  /** How many of them, drawn anew each day; all unless told otherwise. */
  readonly sample?: number | undefined;
  /** After so long no further mutant is begun: what was not run is not judged. */
  readonly minutes?: number | undefined;
}

export interface SystematicResult {
  readonly outcome: 'PASS' | 'FAIL' | 'VOID';
  /** What decided, a sentence each. */
  readonly reasons: readonly string[];
  /** For the kill table; empty where nothing was judged. */
  readonly section: string;
}

/** Whoever asks, the Worker and its databases are processes of their own, which one runner keeps busy in turn. */
const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
/** As many checks as kill most mutants, which are tried before the others are run on what is left. */
const LIKELIEST = 6;
/** As many as are worth one start of a platform, and no more than workerd reads at once. */
const TOGETHER = 24;

/**
 * Runs the checks against every mutant of a Worker, or a sample, and tells how many a claim has caught. What an earlier
 * run with the same Worker, checks and seed has learnt is not run again.
 *
 * @throws the reason of the signal; PlatformError; MutationError; CommandError `bad_option`
 */
export async function runSystematic(options: SystematicOptions): Promise<SystematicResult> {
  const { system, seed, only, sample, minutes, signal } = options;
  const endsAtMs = minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + minutes * 60_000;
  const { worker, folder } = mutationsOf(system);
  const mutants = mutantsOf(worker.folder);
  const equivalents = readEquivalents(folder, mutants);
  const meant = mutants.filter(
    ({ id, file, operator }) => only === undefined || [id, file, operator].includes(only),
  );
  const chosen = sample === undefined ? meant : drawnToday(meant, sample);
  if (meant.length === 0) throw badOption('only', `no file, operator or mutant is called ${only}`);
  const fates = openFates(fatesFile(worker.folder, seed));
  const todo = chosen.filter(({ id }) => (fates.known.get(id)?.fate ?? 'open') === 'open');
  console.log(`${mutants.length} mutants, ${chosen.length} chosen, ${todo.length} still to run`);
  // What is known was learnt with the same Worker, checks and seed, which were green then.
  const spoiled = todo.length === 0 || fates.known.size > 0 ? [] : await doubts(options);
  if (spoiled.length > 0) return { outcome: 'VOID', reasons: spoiled, section: '' };
  const wrong = await typeErrorsOf(todo, worker);
  for (const [id, reason] of wrong) fates.add(id, { fate: 'invalid', stage: 'types', reason });
  const valid = todo.filter(({ id }) => !wrong.has(id));
  // Most are killed by one of the likeliest checks: what there is time for is spent on as many mutants as possible.
  const isNew = ({ id }: Mutant): boolean => !fates.known.has(id);
  await runAll(valid.filter(isNew), fates, { ...options, endsAtMs, checksEach: LIKELIEST });
  const open = valid.filter(({ id }) => fates.known.get(id)?.fate === 'open');
  await runAll(open, fates, { ...options, endsAtMs, checksEach: CHECKS.length });
  signal.throwIfAborted();
  return judge(mutants, chosen, fates, { equivalents, isTimed: minutes !== undefined });
}

/** Why nothing could be told: a check that is not green on the Worker itself, or a sentinel that is not caught. */
async function doubts(options: SystematicOptions): Promise<string[]> {
  const progress = startProgress(`${CHECKS.length} checks on the Worker as it is`);
  const first = await baselineOf(options);
  // A busy machine can break a check off; that it fails is told the first time.
  const open = first.filter(({ verdict }) => verdict === 'INCONCLUSIVE').map(({ check }) => check);
  const second = open.length === 0 ? [] : await baselineOf({ ...options, checks: open });
  const baseline = [...first.filter(({ check }) => !open.includes(check)), ...second];
  const [sentinel] = await killsOf([options.sentinel], options, () => undefined);
  progress.done(`${CHECKS.length} checks on the Worker as it is`);
  const red = baseline.filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'SKIPPED');
  return [
    ...red.map(({ check, verdict, reason }) => `On the Worker as it is ${check.id} is ${verdict}: ${reason}`),
    ...(sentinel?.survived === undefined ? [] : [`The sentinel was not caught: ${sentinel.survived}`]),
  ];
}

async function runAll(
  todo: readonly Mutant[],
  fates: Fates,
  {
    signal,
    mutations,
    endsAtMs,
    checksEach,
    ...options
  }: SystematicOptions & { readonly endsAtMs: number; readonly checksEach: number },
): Promise<void> {
  const watched: WatchedLine[] = [...watchedBy(mutations)];
  const startedAtMs = Date.now();
  let done = 0;
  const told = startProgress(`0 of ${todo.length} mutants`);
  const groups = Array.from({ length: Math.ceil(todo.length / TOGETHER) }, (_, index) =>
    todo.slice(index * TOGETHER, (index + 1) * TOGETHER),
  );
  await concurrently(groups, AT_ONCE, signal, async (group, stopped) => {
    if (Date.now() >= endsAtMs) return;
    const runner = openRunner(group, { ...options, signal: stopped });
    try {
      for (const mutant of group) {
        if (Date.now() >= endsAtMs) return;
        const checks = likeliestFirst(mutant, watched, fates).slice(0, checksEach);
        const ended = await runner.fateOf(mutant, checks);
        const isOpen = ended.fate === 'survived' && checks.length < CHECKS.length;
        const fate: Fate = isOpen ? { fate: 'open' } : ended;
        fates.add(mutant.id, fate);
        if (fate.fate === 'killed') watched.push({ file: mutant.file, line: mutant.line, check: fate.check });
        done += 1;
        const what = fate.fate === 'killed' ? `killed by ${fate.check}` : fate.fate;
        console.log(`${what.padEnd(48)} ${mutant.id}`);
        told.update(`${done} of ${todo.length} mutants, ${timeLeft(startedAtMs, done / todo.length)}`);
      }
    } finally {
      await runner.stop();
    }
  });
  told.done(`${done} of ${todo.length} mutants`);
}

function likeliestFirst(
  mutant: Mutant,
  watched: readonly WatchedLine[],
  { killers }: Fates,
): readonly Check[] {
  const before = CHECKS.filter(({ id }) => id === killers.get(mutant.id));
  return [...new Set([...before, ...nearestFirst(mutant, watched, CHECKS)])];
}

function judge(
  mutants: readonly Mutant[],
  chosen: readonly Mutant[],
  fates: Fates,
  { equivalents, isTimed }: { readonly equivalents: ReadonlySet<string>; readonly isTimed: boolean },
): SystematicResult {
  const judgedOf = (some: readonly Mutant[]): MutantFate[] =>
    some.flatMap((mutant) => {
      const fate = fates.known.get(mutant.id);
      return fate ? [{ mutant, fate, isEquivalent: equivalents.has(mutant.id) }] : [];
    });
  const judged = judgedOf(chosen);
  for (const { mutant, fate, isEquivalent } of judged)
    if (fate.fate === 'survived' && !isEquivalent)
      console.log(
        ['', `SURVIVED ${mutant.id}`, mutant.diff, ...fate.noticed.map((text) => `  ${text}`)].join('\n'),
      );
  const all = tallyOf('all', judged);
  console.log(
    `\n${tallyTable(tallyBy(judged, 'file'), all, 'file')}\n\n${tallyTable(tallyBy(judged, 'operator'), all, 'operator')}`,
  );
  const share = killShareOf(all);
  // Which of them a clock lets in hangs on how fast the machine is: no verdict may.
  const isEnough = !isTimed && all.killed + all.survived >= JUDGED_MIN;
  const died = judged.filter(({ fate, isEquivalent }) => isEquivalent && fate.fate === 'killed');
  const reasons = [
    ...died.map(({ mutant }) => `${mutant.id} is listed as equivalent, and was killed.`),
    ...(share !== undefined && isEnough && share < SENSITIVITY_MIN
      ? [
          `${all.killed} of ${all.killed + all.survived + all.open} mutants were killed; ${SENSITIVITY_MIN * 100} % must be.`,
        ]
      : []),
  ];
  const known = judgedOf(mutants);
  const knownAll = tallyOf('all', known);
  const section = [
    `${known.length} of the ${mutants.length} mutants that a machine makes of the Worker have been run, the others not yet. The share is the`,
    'sensitivity to those that have been, and to nothing else: killed by a claim, of those that build, answer, and are not listed as',
    'equivalent ([equivalents](../reference-worker/shared-shards/mutations/equivalents.json)). Nobody could deploy one whose types are',
    'wrong, and nobody could overlook one that answers nobody; neither counts. Open are those that the likeliest checks did not kill,',
    'and that the others have not met yet: the share is what it is if all of them survive.',
    '',
    tallyTable(tallyBy(known, 'operator'), knownAll, 'operator'),
    '',
    tallyTable(tallyBy(known, 'file'), knownAll, 'file'),
  ].join('\n');
  if (reasons.length > 0) return { outcome: 'FAIL', reasons, section };
  const few = isEnough
    ? ''
    : ` A share is demanded of ${JUDGED_MIN} or more, and of none that a clock has chosen.`;
  const met = all.killed + all.survived + all.open;
  const told = `${all.killed} of ${met} mutants were killed, each by a claim; ${all.open} are open.${few}`;
  return { outcome: 'PASS', reasons: [told], section };
}

/** Another sample each day, the same all day long. */
function drawnToday(mutants: readonly Mutant[], size: number): readonly Mutant[] {
  const day = new Date().toISOString().slice(0, 10);
  const rankOf = ({ id }: Mutant): string => createHash('sha256').update(`${day} ${id}`).digest('hex');
  return mutants.toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1)).slice(0, size);
}

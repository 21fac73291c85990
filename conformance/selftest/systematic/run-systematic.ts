import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { build } from 'esbuild';
import { concurrently, mutationsOf, type WorkerSource } from '../../../reference-worker/target/index.ts';
import { badOption, startProgress, timeLeft } from '../../../reports/command/index.ts';
import { CHECKS, type Check } from '../../checks/index.ts';
import { type CheckMutation, checksShownBy } from '../mutations.ts';
import { killsOf, type ProofOptions } from '../prove.ts';
import { readEquivalents } from './equivalents.ts';
import { type Fates, fatesFile, openFates } from './fates.ts';
import { type Expectation, expectation, watchedBy } from './likeliest.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { type Reach, reachOf } from './reach.ts';
import { type Fate, type MutantRunner, openRunner } from './run-mutant.ts';
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

/** A runner waits for its Worker and databases, and for platforms to start: two keep two cores busy. */
const AT_ONCE = Math.max(1, availableParallelism());
/** As many checks as kill most mutants, which are tried before the others are run on what is left. */
const LIKELIEST = 10;
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
  const files = await filesOf(worker);
  const mutants = mutantsOf(worker.folder).filter(({ file }) => files.has(file));
  const equivalents = readEquivalents(folder, mutants);
  const meant = mutants.filter(
    ({ id, file, operator }) => only === undefined || [id, file, operator].includes(only),
  );
  const chosen = sample === undefined ? meant : drawnToday(meant, sample);
  if (meant.length === 0) throw badOption('only', `no file, operator or mutant is called ${only}`);
  const fates = openFates(fatesFile(worker.folder, seed));
  const todo = chosen.filter(({ id }) => (fates.known.get(id)?.fate ?? 'open') === 'open');
  console.log(`${mutants.length} mutants, ${chosen.length} chosen, ${todo.length} still to run`);
  const judging = { equivalents, isTimed: minutes !== undefined };
  if (todo.length === 0) return judge(mutants, chosen, fates, judging);
  const wrong = await typeErrorsOf(mutants, worker);
  for (const { id } of todo) {
    const reason = wrong.get(id);
    if (reason !== undefined) fates.add(id, { fate: 'invalid', stage: 'types', reason });
  }
  const valid = todo.filter(({ id }) => !wrong.has(id));
  const checks = checksShownBy(options.mutations, CHECKS);
  const reach = await reachOf(valid, checks, options);
  const spoiled = await doubts(reach, options);
  if (spoiled.length > 0) return { outcome: 'VOID', reasons: spoiled, section: '' };
  const expected = expectation(checks, reach, watchedBy(options.mutations), fates.killers);
  // Those that few checks can feel are soon decided, and are where most survivors are; that nothing kills an equivalent can wait.
  const countOf = ({ id }: Mutant): number =>
    (equivalents.has(id) ? checks.length : 0) + (reach.checksOf.get(id)?.size ?? 0);
  // Most are killed by one of the likeliest checks: what there is time for is spent on as many mutants as possible.
  const tried = new Map<Mutant, readonly Check[]>();
  for (const checksEach of [LIKELIEST, checks.length]) {
    const open = valid
      .filter(({ id }) => (fates.known.get(id)?.fate ?? 'open') === 'open')
      .toSorted((one, other) => countOf(one) - countOf(other));
    await runAll(open, { ...options, fates, endsAtMs, checksEach, expected, tried });
  }
  signal.throwIfAborted();
  return judge(mutants, chosen, fates, judging);
}

/** What a Worker is made of: beside it there may be another one. */
async function filesOf({ folder, entry }: WorkerSource): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    ...{ entryPoints: [entry], absWorkingDir: folder, outdir: 'out', format: 'esm', logLevel: 'silent' },
    ...{ bundle: true, write: false, metafile: true, packages: 'external' },
  });
  return new Set(Object.keys(metafile.inputs));
}

/** Why nothing could be told: a check that is not green on the Worker itself, or a sentinel that is not caught. */
async function doubts({ outcomes }: Reach, options: SystematicOptions): Promise<string[]> {
  const [sentinel] = await killsOf([options.sentinel], options, () => undefined);
  const red = outcomes.filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'SKIPPED');
  return [
    ...red.map(({ check, verdict, reason }) => `On the Worker as it is ${check.id} is ${verdict}: ${reason}`),
    ...(sentinel?.survived === undefined ? [] : [`The sentinel was not caught: ${sentinel.survived}`]),
  ];
}

interface Running extends SystematicOptions {
  readonly fates: Fates;
  readonly endsAtMs: number;
  /** How many checks a mutant meets at most, those that it has met already included. */
  readonly checksEach: number;
  readonly expected: Expectation;
  /** The checks that a mutant has met, and that did not kill it. */
  readonly tried: Map<Mutant, readonly Check[]>;
}

async function runAll(todo: readonly Mutant[], running: Running): Promise<void> {
  const { signal, fates, endsAtMs } = running;
  const startedAtMs = Date.now();
  let done = 0;
  const told = startProgress(`0 of ${todo.length} mutants`);
  const groups = Array.from({ length: Math.ceil(todo.length / TOGETHER) }, (_, index) =>
    todo.slice(index * TOGETHER, (index + 1) * TOGETHER),
  );
  await concurrently(groups, AT_ONCE, signal, async (group, stopped) => {
    if (Date.now() >= endsAtMs) return;
    const runner = openRunner(group, { ...running, signal: stopped });
    const found = new Map<Mutant, Fate>();
    const meet = async (mutant: Mutant): Promise<void> => {
      found.set(mutant, await fateOf(mutant, runner, running));
    };
    try {
      for (const mutant of group) {
        if (Date.now() >= endsAtMs) break;
        await meet(mutant);
        done += 1;
        told.update(`${done} of ${todo.length} mutants, ${timeLeft(startedAtMs, done / todo.length)}`);
      }
      let doubtful = await runner.doubtful();
      while (doubtful.length > 0) {
        for (const mutant of doubtful) await meet(mutant);
        doubtful = await runner.doubtful();
      }
      for (const [{ id }, fate] of found) {
        fates.add(id, fate);
        const what = fate.fate === 'killed' ? `killed by ${fate.check}` : fate.fate;
        console.log(`${what.padEnd(48)} ${id}`);
      }
    } finally {
      await runner.stop();
    }
  });
  told.done(`${done} of ${todo.length} mutants`);
}

/** What becomes of a mutant by the checks that it can be felt by, and that it has not met yet. */
async function fateOf(
  mutant: Mutant,
  runner: MutantRunner,
  { expected, tried, checksEach }: Running,
): Promise<Fate> {
  const met = tried.get(mutant) ?? [];
  const felt = expected.orderOf(mutant);
  if (felt.length === 0) return { fate: 'survived', noticed: ['no check reaches what it changes'] };
  const checks = felt.filter((check) => !met.includes(check)).slice(0, checksEach - met.length);
  const ended = await runner.fateOf(mutant, checks);
  const killer =
    ended.fate === 'killed' ? checks.findIndex(({ id }) => id === ended.check) : checks.length - 1;
  const asked = checks.slice(0, killer + 1);
  expected.learn(mutant, asked, ended.fate === 'killed' ? asked.at(-1) : undefined);
  if (ended.fate !== 'survived') return ended;
  tried.set(mutant, [...met, ...asked]);
  return met.length + asked.length < felt.length ? { fate: 'open' } : ended;
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

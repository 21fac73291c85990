import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { build } from 'esbuild';
import { concurrently, mutationsOf, type WorkerSource } from '../../../reference-worker/target/index.ts';
import { badOption, startProgress, timeLeft } from '../../../reports/command/index.ts';
import { CHECKS, type Check, type CheckOutcome } from '../../checks/index.ts';
import type { Kill } from '../kill.ts';
import { type CheckMutation, checksShownBy } from '../mutations.ts';
import { baselineOf, killsOf, type ProofOptions } from '../prove.ts';
import { readEquivalents } from './equivalents.ts';
import { type Fates, fatesFile, openFates } from './fates.ts';
import { judgeFates, type SystematicResult } from './judge.ts';
import { type Expectation, expectation, watchedBy } from './likeliest.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { type Reach, reachOf } from './reach.ts';
import { type Fate, type FateRunner, openFateRunner } from './run-mutant.ts';
import { typeErrorsOf } from './type-errors.ts';

export interface SystematicOptions extends ProofOptions {
  /** Whose checks are tried first near the lines that they change. */
  readonly mutations: readonly CheckMutation[];
  readonly sentinel: CheckMutation;
  /** A file, an operator or a mutant; all unless told otherwise. */
  readonly only?: string | undefined;
  /** How many of them, drawn anew each day; all unless told otherwise. */
  readonly sample?: number | undefined;
  /** After so long it ends: what was not run by then is not judged. */
  readonly minutes?: number | undefined;
}

/** A runner waits for its Worker and databases, and for platforms to start: two keep two cores busy. */
const AT_ONCE = Math.max(1, availableParallelism());
/** As many checks as kill most mutants, which are tried before the others are run on what is left. */
const LIKELIEST = 10;
/** As many as are worth one start of a platform, and no more than workerd reads at once. */
const TOGETHER = 24;
/** What is kept of the time to confirm the kills of the last platforms. */
const CONFIRMING_MS = 15_000;

/**
 * Runs the checks against every mutant of a Worker, or a sample, and tells how many a claim has caught. What an earlier
 * run with the same Worker, checks and seed has learnt is not run again.
 *
 * @throws the reason of the signal; PlatformError; MutationError; CommandError `bad_option`
 */
export async function runSystematic(options: SystematicOptions): Promise<SystematicResult> {
  const { system, seed, only, sample, minutes, signal } = options;
  const clock = minutes === undefined ? undefined : clockOf(minutes * 60_000, signal);
  const { worker, folder } = mutationsOf(system);
  const files = await filesOf(worker);
  const mutants = mutantsOf(worker.folder).filter(({ file }) => files.has(file));
  const equivalents = readEquivalents(folder, mutants);
  const meant = mutants.filter(
    ({ id, file, operator }) => only === undefined || [id, file, operator].includes(only),
  );
  const isSample = sample !== undefined || minutes !== undefined;
  const chosen = isSample ? drawnToday(meant, sample ?? meant.length) : meant;
  if (meant.length === 0) throw badOption('only', `no file, operator or mutant is called ${only}`);
  const fates = openFates(fatesFile(worker.folder, seed));
  const todo = chosen.filter(({ id }) => (fates.known.get(id)?.fate ?? 'open') === 'open');
  console.log(`${mutants.length} mutants, ${chosen.length} chosen, ${todo.length} still to run`);
  const drawn = only !== undefined ? 'by name' : isSample ? 'sample' : 'all';
  const judged = (): SystematicResult =>
    judgeFates(
      chosen.flatMap((mutant) => {
        const fate = fates.known.get(mutant.id);
        return fate ? [{ mutant, fate, isEquivalent: equivalents.has(mutant.id) }] : [];
      }),
      drawn,
    );
  if (todo.length === 0) return judged();
  const wrong = await typeErrorsOf(todo, worker);
  for (const { id } of todo) {
    const reason = wrong.get(id);
    if (reason !== undefined) fates.add(id, { fate: 'invalid', stage: 'types', reason });
  }
  const valid = todo.filter(({ id }) => !wrong.has(id));
  const checks = checksShownBy(options.mutations, CHECKS);
  const [reach, [sentinel]] = await Promise.all([
    reachOf(valid, checks, options),
    killsOf([options.sentinel], options, () => undefined),
  ]);
  const spoiled = await doubtsOf(reach, sentinel, options);
  if (spoiled.length > 0) return { outcome: 'VOID', reasons: spoiled, section: '' };
  const expected = expectation(checks, reach, watchedBy(options.mutations), fates.killers);
  const running = { ...options, fates, clock, expected, tried: new Map<Mutant, readonly Check[]>() };
  const openOf = (some: readonly Mutant[]): readonly Mutant[] =>
    some.filter(({ id }) => (fates.known.get(id)?.fate ?? 'open') === 'open');
  if (clock) {
    // In the order in which they were drawn: whom the clock lets in must not hang on how hard they are to catch.
    const drawn = valid.filter(({ id }) => !equivalents.has(id));
    await runAll(openOf(drawn), { ...running, checksEach: checks.length });
    return judged();
  }
  // Those that few checks can feel are soon decided, and are where most survivors are; that nothing kills an equivalent can wait.
  const countOf = ({ id }: Mutant): number =>
    (equivalents.has(id) ? checks.length : 0) + (reach.checksOf.get(id)?.size ?? 0);
  // Most are killed by one of the likeliest checks, and the survivors of those are the ones to read first.
  for (const checksEach of [LIKELIEST, checks.length]) {
    const open = openOf(valid).toSorted((one, other) => countOf(one) - countOf(other));
    await runAll(open, { ...running, checksEach });
  }
  return judged();
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
async function doubtsOf(
  { outcomes }: Reach,
  sentinel: Kill | undefined,
  options: SystematicOptions,
): Promise<string[]> {
  const doubtful = outcomes.filter(isRed).map(({ check }) => check);
  // Probes take time, and some checks need a moment that a busy machine can miss.
  const red = doubtful.length === 0 ? [] : (await baselineOf({ ...options, checks: doubtful })).filter(isRed);
  return [
    ...red.map(({ check, verdict, reason }) => `On the Worker as it is ${check.id} is ${verdict}: ${reason}`),
    ...(sentinel?.survived === undefined ? [] : [`The sentinel was not caught: ${sentinel.survived}`]),
  ];
}

const isRed = ({ verdict }: CheckOutcome): boolean => verdict !== 'PASS' && verdict !== 'SKIPPED';

/** When a run that may take so long ends. */
interface Clock {
  /** Whether it is time to stop, so that what was found out can be confirmed. */
  isTimeUp(): boolean;
  /** Aborted at the end, whatever is under way. */
  readonly ended: AbortSignal;
}

function clockOf(durationMs: number, signal: AbortSignal): Clock {
  const stopsAtMs = Date.now() + durationMs - CONFIRMING_MS;
  return {
    isTimeUp: () => Date.now() >= stopsAtMs,
    ended: AbortSignal.any([signal, AbortSignal.timeout(durationMs)]),
  };
}

interface Running extends SystematicOptions {
  readonly fates: Fates;
  readonly clock: Clock | undefined;
  /** How many checks a mutant meets at most, those that it has met already included. */
  readonly checksEach: number;
  readonly expected: Expectation;
  /** The checks that a mutant has met, and that did not kill it. */
  readonly tried: Map<Mutant, readonly Check[]>;
}

async function runAll(todo: readonly Mutant[], running: Running): Promise<void> {
  const { signal, fates, clock } = running;
  const isTimeUp = (): boolean => clock?.isTimeUp() ?? false;
  const startedAtMs = Date.now();
  let done = 0;
  const told = startProgress(`0 of ${todo.length} mutants`);
  const groups = Array.from({ length: Math.ceil(todo.length / TOGETHER) }, (_, index) =>
    todo.slice(index * TOGETHER, (index + 1) * TOGETHER),
  );
  await concurrently(groups, AT_ONCE, clock?.ended ?? signal, async (group, stopped) => {
    if (isTimeUp()) return;
    const runner = openFateRunner(group, { ...running, isTimeUp, signal: stopped });
    const found = new Map<Mutant, Fate>();
    const meet = async (mutant: Mutant): Promise<void> => {
      found.set(mutant, await fateOf(mutant, runner, running));
    };
    try {
      for (const mutant of group) {
        if (isTimeUp()) break;
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
        if (clock && fate.fate === 'open') continue;
        fates.add(id, fate);
        const what = fate.fate === 'killed' ? `killed by ${fate.check}` : fate.fate;
        console.log(`${what.padEnd(48)} ${id}`);
      }
    } finally {
      await runner.stop();
    }
  }).catch((error: unknown) => {
    // What could not be confirmed in time is not judged.
    if (signal.aborted || !clock?.ended.aborted) throw error;
  });
  told.done(`${done} of ${todo.length} mutants`);
}

/** What becomes of a mutant by the checks that it can be felt by, and that it has not met yet. */
async function fateOf(
  mutant: Mutant,
  runner: FateRunner,
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

/** Another sample each day, the same all day long. */
function drawnToday(mutants: readonly Mutant[], size: number): readonly Mutant[] {
  const day = new Date().toISOString().slice(0, 10);
  const rankOf = ({ id }: Mutant): string => createHash('sha256').update(`${day} ${id}`).digest('hex');
  return mutants.toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1)).slice(0, size);
}

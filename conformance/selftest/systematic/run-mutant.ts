import { copyOf, mutationsOf, PreflightError, type System } from '../../../reference-worker/target/index.ts';
import { CommandError } from '../../../reports/command/index.ts';
import type { Check, CheckOutcome } from '../../checks/index.ts';
import { runChecks } from '../../run/index.ts';
import type { Mutant } from './mutants.ts';

/** What became of a mutant. */
export type Fate =
  | { readonly fate: 'killed'; readonly check: string /** The claim that fell. */; readonly claim: string }
  /** @property noticed checks that ended in something else than PASS or SKIPPED, which is not a kill */
  | { readonly fate: 'survived'; readonly noticed: readonly string[] }
  /** It does not build, does not start, or answers nobody: it says nothing about any check. */
  | { readonly fate: 'invalid'; readonly reason: string };

export interface MutantOptions {
  readonly system: System;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** As many checks as are worth a platform of their own before all others are run. */
const FIRST = 3;
/** Many times what all checks take: a Worker that hangs must not hold up the others. */
const PATIENCE_MS = 600_000;

/**
 * Runs checks against a mutant until a claim falls. A control that falls, or a check that breaks off, is no kill.
 *
 * @param checks the likeliest first
 * @throws the reason of the signal
 */
export async function runMutant(
  mutant: Mutant,
  checks: readonly Check[],
  options: MutantOptions,
): Promise<Fate> {
  const { entry, remove } = copyOf(mutationsOf(options.system).worker, mutant.id.replaceAll('#', '-'), {
    [mutant.file]: mutant.text,
  });
  try {
    const first = checks.filter(({ environment }) => environment === checks[0]?.environment).slice(0, FIRST);
    const rest = checks.filter((check) => !first.includes(check));
    const noticed: string[] = [];
    for (const stage of [first, rest]) {
      const fate = await runUntilKilled(stage, entry, options);
      if (fate.fate !== 'survived') return fate;
      noticed.push(...fate.noticed);
    }
    return { fate: 'survived', noticed };
  } finally {
    remove();
  }
}

async function runUntilKilled(
  checks: readonly Check[],
  entry: string,
  { signal, ...options }: MutantOptions,
): Promise<Fate> {
  const ended = new AbortController();
  let killed: Fate | undefined;
  const noticed: string[] = [];
  const onOutcome = ({ check, verdict, reason }: CheckOutcome): void => {
    if (verdict === 'FAIL') killed ??= { fate: 'killed', check: check.id, claim: reason };
    else if (verdict !== 'PASS' && verdict !== 'SKIPPED') noticed.push(`${check.id} ${verdict}: ${reason}`);
    if (killed) ended.abort();
  };
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const signals = AbortSignal.any([signal, ended.signal, patience]);
    await runChecks({ ...options, checks, entry, effort: 'fast', signal: signals, onOutcome });
  } catch (error) {
    if (killed) return killed;
    signal.throwIfAborted();
    if (isItsOwn(error)) return { fate: 'invalid', reason: error.message };
    if (!patience.aborted) throw error;
    noticed.push(`the checks did not end within ${PATIENCE_MS / 1_000} s`);
  }
  return killed ?? { fate: 'survived', noticed };
}

/** What a Worker that cannot be judged ends a run with; anything else is the house's. */
const isItsOwn = (error: unknown): error is CommandError =>
  error instanceof PreflightError ||
  (error instanceof CommandError && /^(worker_does_not_build|start_failed)$/.test(error.code));

import { createHash } from 'node:crypto';
import type { Target } from '../../reference-worker/target/index.ts';
import { NeedNotMet } from '../../reference-worker/target/index.ts';
import { counted } from '../../reports/document/index.ts';
import type { Check, Context } from './check.ts';
import { CheckEvidence, type EvidenceStatement, type Witness } from './evidence.ts';

export type CheckVerdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'VOID' | 'SKIPPED';

export interface CheckOutcome {
  readonly check: Check;
  readonly verdict: CheckVerdict;
  /** One sentence: what decided. */
  readonly reason: string;
  /** How many claims and controls were judged. */
  readonly claims: number;
  readonly controls: number;
  /** Every claim that does not hold. */
  readonly failures: readonly EvidenceStatement[];
  readonly witness?: Witness | undefined;
  readonly remarks: readonly string[];
  readonly durationMs: number;
}

/**
 * Whether a claim was seen not to hold. A FAIL can also be a request that was meant as a control and had to be served:
 * that accuses a target, but says nothing of whether what the check looks for would be found.
 */
export const isClaimBroken = ({ failures }: Pick<CheckOutcome, 'failures'>): boolean => failures.length > 0;

/** What of a context belongs to the run rather than to one check. */
export interface RunOptions {
  readonly seed: number;
  readonly effort: 'fast' | 'full';
  readonly path?: string | undefined;
}

/** Runs checks on one target, one after the other: what several of them look at is made once. */
export function checkRunner(target: Target, options: RunOptions): (check: Check) => Promise<CheckOutcome> {
  const made = new Map<string, Promise<unknown>>();
  const once = <Value>(name: string, make: () => Promise<Value>): Promise<Value> => {
    const known = made.get(name) ?? make();
    made.set(name, known);
    // Only what `make` of this name has made is kept under it.
    return known as Promise<Value>;
  };
  return async (check) => {
    const startedAtMs = performance.now();
    const evidence = new CheckEvidence();
    const lack = check.needs.map((need) => target.lacks(need)).find((reason) => reason !== undefined);
    const unique = (name: string): string => `${idPrefixOf(check, target, options.seed)}-${name}`;
    const context: Context = { ...options, target, evidence, once, unique };
    const error = lack === undefined ? await errorOf(() => check.run(context)) : undefined;
    const judged =
      lack === undefined ? judge(evidence, error) : { verdict: 'SKIPPED' as const, reason: lack };
    return {
      check,
      ...judged,
      claims: evidence.claims.length,
      controls: evidence.controls.length,
      failures: evidence.claims.filter(({ holds }) => !holds),
      remarks: evidence.remarks,
      durationMs: performance.now() - startedAtMs,
    };
  };
}

/** About as long on a target that outlives the run as on a fresh one: ids and prefixes have limits. */
function idPrefixOf({ id }: Check, { idPrefix }: Target, seed: number): string {
  if (idPrefix === undefined) return `${id.replace('/', '-')}-${seed}`;
  return `${idPrefix}${createHash('sha256').update(`${id} ${seed}`).digest('hex').slice(0, 4)}`;
}

async function errorOf(run: () => Promise<void>): Promise<unknown> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error ?? new Error('the check threw nothing');
  }
}

/**
 * A violation that was seen is a FAIL, whatever else went wrong. So is a request that had to be served and certainly was
 * not: that it was meant as a control must not hide that the target is at fault. Then: an error or a control that does not
 * hold leaves the claims unproved; a check that judged nothing, or had no control, could not have failed and is VOID.
 */
function judge(
  { claims, controls }: CheckEvidence,
  error: unknown,
): { verdict: CheckVerdict; reason: string; witness?: Witness | undefined } {
  const failure = claims.find(({ holds }) => !holds);
  if (failure)
    return { verdict: 'FAIL', reason: `It does not hold that ${failure.text}.`, witness: failure.witness };
  const denied = controls.find(({ isOfTarget }) => isOfTarget);
  if (denied) {
    const reason = `It does not hold that ${denied.text}, which the target must serve.`;
    return { verdict: 'FAIL', reason, witness: denied.witness };
  }
  if (error instanceof NeedNotMet) return { verdict: 'SKIPPED', reason: error.message };
  if (error !== undefined)
    return { verdict: 'INCONCLUSIVE', reason: `The check broke off: ${messageOf(error)}` };
  const control = controls.find(({ holds }) => !holds);
  if (control) {
    const reason = `Its control does not hold, so a pass would prove nothing: ${control.text}.`;
    return { verdict: 'INCONCLUSIVE', reason, witness: control.witness };
  }
  if (claims.length === 0 || controls.length === 0)
    return {
      verdict: 'VOID',
      reason: `It judged ${counted(claims.length, 'claim')} against ${counted(controls.length, 'control')}, so it could not have failed.`,
    };
  return {
    verdict: 'PASS',
    reason: `${counted(claims.length, 'claim')} ${claims.length === 1 ? 'holds' : 'hold'}, beside ${counted(controls.length, 'control')}.`,
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

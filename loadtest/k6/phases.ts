import type { Phase } from '../../reports/schema/index.ts';

/** The phases of a run as every virtual user carries them: two short lists cost it less than a list of objects. */
export interface PhaseEnds {
  readonly names: readonly string[];
  /** Milliseconds since the test began. */
  readonly endsMs: readonly number[];
}

export function phaseEnds(phases: readonly Phase[]): PhaseEnds {
  let endMs = 0;
  return {
    names: phases.map(({ name }) => name),
    endsMs: phases.map(({ seconds }) => {
      endMs += seconds * 1000;
      return endMs;
    }),
  };
}

/**
 * The phase that a moment belongs to.
 *
 * @param elapsedMs since the test began; what is past the end belongs to the last phase
 */
export function phaseAt(elapsedMs: number, { names, endsMs }: PhaseEnds): string {
  const last = names.length - 1;
  let at = 0;
  while (at < last && elapsedMs >= (endsMs[at] ?? 0)) at += 1;
  return names[at] ?? '';
}

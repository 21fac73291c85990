import type { Phase } from '../../reports/schema/index.ts';

/** From `fromSeconds` up to `toSeconds`, counted from the start of the load. */
export interface CountingStretch {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * The share of the full load that the phases ask for at a moment. A phase moves in a straight line from the share of
 * the one before to its own.
 *
 * @param seconds since the start of the load
 * @returns 0 to 1; undefined before the load and after its last phase
 */
export function askedShareAt(phases: readonly Phase[], seconds: number): number | undefined {
  let from = 0;
  let startedAt = 0;
  for (const { seconds: length, share } of phases) {
    if (seconds >= startedAt && seconds < startedAt + length)
      return from + ((share - from) * (seconds - startedAt)) / length;
    startedAt += length;
    from = share;
  }
  return undefined;
}

/** When what happens counts: phases that follow each other are one stretch. */
export function countingStretches(phases: readonly Phase[]): CountingStretch[] {
  const stretches: { fromSeconds: number; toSeconds: number }[] = [];
  let startedAt = 0;
  for (const { seconds, counts } of phases) {
    const last = stretches.at(-1);
    const toSeconds = startedAt + seconds;
    if (counts && last?.toSeconds === startedAt) last.toSeconds = toSeconds;
    else if (counts) stretches.push({ fromSeconds: startedAt, toSeconds });
    startedAt = toSeconds;
  }
  return stretches;
}

/** When a phase was, in milliseconds since the epoch. */
export interface PhaseWindow {
  readonly name: string;
  readonly counts: boolean;
  readonly fromMs: number;
  readonly toMs: number;
}

/** @param startedAtMs of the load, milliseconds since the epoch; undefined: it never began */
export function phaseWindows(phases: readonly Phase[], startedAtMs: number | undefined): PhaseWindow[] {
  if (startedAtMs === undefined) return [];
  let endsAtMs = startedAtMs;
  return phases.map(({ name, counts, seconds }) => {
    const fromMs = endsAtMs;
    endsAtMs += seconds * 1000;
    return { name, counts, fromMs, toMs: endsAtMs };
  });
}

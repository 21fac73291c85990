import type { Effect, History, Operation, Read, Seen } from './history.ts';

/** What the definitions of oracle-writes.testing.ts and oracle-batches.testing.ts speak of. */

export interface Did extends Effect {
  readonly by: Operation;
  readonly outcome: 'ok' | 'failed' | 'unknown';
}

export interface Saw extends Seen {
  readonly by: Read;
}

export interface Facts {
  readonly effects: readonly Did[];
  /** Where the key was there. */
  readonly sightings: readonly Saw[];
  readonly absences: readonly Saw[];
}

export function factsOf({ operations }: History): Facts {
  const effects = operations.flatMap((by) =>
    by.kind === 'write' ? by.effects.map((effect) => ({ ...effect, by, outcome: by.outcome })) : [],
  );
  const seen = operations.flatMap((by) =>
    by.kind === 'read' ? by.seen.map((each) => ({ ...each, by })) : [],
  );
  return {
    effects,
    sightings: seen.filter(({ version }) => version > 0),
    absences: seen.filter(({ version }) => version === 0),
  };
}

export type Commit = Did & { readonly version: number };

export const isCommit = (effect: Did): effect is Commit => effect.version !== undefined;
export const isUndecided = ({ outcome, version }: Did): boolean =>
  outcome !== 'failed' && version === undefined;

/** No two of them contradict each other. */
export const never = <One, Other>(
  ones: readonly One[],
  others: readonly Other[],
  contradict: (one: One, other: Other) => boolean,
): boolean => ones.every((one) => others.every((other) => Object.is(one, other) || !contradict(one, other)));

export const sameKey = (one: { readonly key: string }, other: { readonly key: string }): boolean =>
  one.key === other.key;

/** The lowest version at which a value of a key is shown. */
export const lowestShown = (
  sightings: readonly Seen[],
  { key, value }: Pick<Did, 'key' | 'value'>,
): number | undefined => {
  const versions = sightings
    .filter((each) => each.key === key && each.value === value)
    .map((each) => each.version);
  return versions.length > 0 ? Math.min(...versions) : undefined;
};

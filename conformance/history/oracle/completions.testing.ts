import type { Effect, RecordedHistory, RecordedRead, RecordedWrite } from '../history.ts';

/**
 * A history says less than what happened: a lost reply hides whether a write happened, an acknowledgement without a version
 * hides when, and a document that is not there may never have been or may have been deleted. A completion is one way in
 * which all of it can have been. A guarantee is kept by a history if it is kept by one of its completions; each definition
 * (definitions.testing.ts) therefore speaks of histories in which nothing is hidden.
 *
 * Nothing here is fast, and nothing is shared with the checkers: it was written from the definitions alone.
 */
export interface Completion {
  /** Everything that happened, whether or not it was acknowledged. */
  readonly made: readonly Made[];
  /** What reads showed. */
  readonly shown: readonly Shown[];
}

export interface Made {
  readonly by: RecordedWrite;
  readonly effect: Effect;
  readonly key: string;
  readonly version: number;
}

export interface Shown {
  readonly by: RecordedRead;
  readonly key: string;
  /** The state that was shown: 0 before the first write, else the version that a write made. */
  readonly version: number;
  /** Whether the document was there. */
  readonly isLive: boolean;
  readonly value: string | undefined;
}

export interface Rules {
  /** Whether the members of one batch happen all or none; otherwise each on its own. */
  readonly isBatchWhole?: boolean;
  /** Whether a write with If-Match can only have made the version after the one that it names. */
  readonly isMatchKept?: boolean;
}

interface Observation {
  readonly by: RecordedRead;
  readonly key: string;
  readonly version: number;
  readonly value: string | undefined;
}

interface Cause {
  readonly by: RecordedWrite;
  readonly effect: Effect;
}

/** Every way in which the writes and reads of some keys can have been. */
export function* completionsOf(
  history: RecordedHistory,
  keys: ReadonlySet<string>,
  rules: Rules = {},
): Generator<Completion> {
  const causes = history.operations.flatMap((by): Cause[] =>
    by.kind === 'read' || by.outcome === 'failed'
      ? []
      : by.effects.filter(({ key }) => keys.has(key)).map((effect) => ({ by, effect })),
  );
  const observations = observationsOf(history).filter(({ key }) => keys.has(key));
  const told = causes.flatMap(({ by, effect }): Made[] =>
    effect.version === undefined ? [] : [{ by, effect, key: effect.key, version: effect.version }],
  );
  const untold = causes.filter(({ effect }) => effect.version === undefined);
  // What a read has shown is settled first, so that nothing else takes its place.
  const isShown = (cause: Cause): boolean => shownAt(cause.effect, observations) !== undefined;
  const inOrder = [...untold.filter(isShown), ...untold.filter((cause) => !isShown(cause))];
  for (const made of waysToMake(told, inOrder, observations, rules)) yield* waysToShow(made, observations);
}

export const observationsOf = ({ operations }: RecordedHistory): Observation[] =>
  operations.flatMap((by) =>
    by.kind === 'write' ? [] : by.seen.map(({ key, version, value }) => ({ by, key, version, value })),
  );

/** The lowest version at which the value of a write is shown. */
export function shownAt(
  { key, value, kind }: Effect,
  observations: readonly Observation[],
): number | undefined {
  if (kind === 'delete') return undefined;
  const versions = observations
    .filter((each) => each.key === key && each.version > 0 && each.value === value)
    .map(({ version }) => version);
  return versions.length > 0 ? Math.min(...versions) : undefined;
}

function* waysToMake(
  made: readonly Made[],
  left: readonly Cause[],
  observations: readonly Observation[],
  rules: Rules,
): Generator<readonly Made[]> {
  const [cause, ...rest] = left;
  if (!cause) {
    if (!rules.isBatchWhole || isWhole(made, observations)) yield made;
    return;
  }
  const { by, effect } = cause;
  const shown = shownAt(effect, observations);
  if (by.outcome === 'unknown' && shown === undefined) yield* waysToMake(made, rest, observations, rules);
  const versions =
    shown === undefined ? freeVersions(cause, made, left.length, observations, rules) : [shown];
  for (const version of versions)
    yield* waysToMake([...made, { by, effect, key: effect.key, version }], rest, observations, rules);
}

/** The versions that a write which no read has shown can have made. */
function freeVersions(
  { by, effect }: Cause,
  made: readonly Made[],
  leftCount: number,
  observations: readonly Observation[],
  { isMatchKept, isBatchWhole }: Rules,
): number[] {
  const own = made.filter(({ key }) => key === effect.key);
  const seen = observations.filter(({ key }) => key === effect.key);
  const newest = Math.max(0, ...own.map(({ version }) => version), ...seen.map(({ version }) => version));
  const candidates = new Set(Array.from({ length: newest + leftCount }, (_, index) => index + 1));
  // Others that nobody saw may have come between.
  if (effect.expected !== undefined) candidates.add(effect.expected + 1);
  return [...candidates].filter((version) => {
    if (own.some((each) => each.version === version)) return false;
    // What is shown at a version was made by another: its value is not this one's, or nobody knows it and this may be it.
    if (
      seen.some((each) => each.version === version && (effect.kind === 'delete' || each.value !== undefined))
    )
      return false;
    // A write that was lost did what its condition allows, or nothing; of a batch it may be the half that did not happen.
    const isConditional =
      effect.expected !== undefined && (isMatchKept || (by.outcome === 'unknown' && !isBatchWhole));
    if (isConditional && effect.expected + 1 !== version) return false;
    // A version cannot be made when it, or a later one, was there before the write began.
    const isOver = (earlier: { readonly completed: number }, later: { readonly invoked: number }): boolean =>
      earlier.completed < later.invoked;
    if (seen.some((each) => each.version >= version && isOver(each.by, by))) return false;
    return !own.some((each) => each.by.outcome === 'ok' && each.version > version && isOver(each.by, by));
  });
}

/** Of every batch that nobody acknowledged, all members happened or none. */
function isWhole(made: readonly Made[], observations: readonly Observation[]): boolean {
  const keys = new Set([...made.map(({ key }) => key), ...observations.map(({ key }) => key)]);
  return made.every(({ by }) =>
    by.effects
      .filter(({ key }) => keys.has(key))
      .every((effect) => made.some((each) => each.by === by && each.effect === effect)),
  );
}

/** A document that was not there is at version 0, or at the version of a deletion that had been sent. */
function* waysToShow(made: readonly Made[], observations: readonly Observation[]): Generator<Completion> {
  const ways = observations.map(({ by, key, version, value }): Shown[] => {
    if (version > 0) return [{ by, key, version, isLive: true, value }];
    const deletions = made.filter(
      (each) => each.key === key && each.effect.kind === 'delete' && each.by.invoked <= by.completed,
    );
    return [0, ...deletions.map((each) => each.version)].map((each) => ({
      by,
      key,
      version: each,
      isLive: false,
      value: undefined,
    }));
  });
  for (const shown of choices(ways)) yield { made, shown };
}

function* choices<T>([first, ...rest]: readonly (readonly T[])[]): Generator<T[]> {
  if (!first) {
    yield [];
    return;
  }
  for (const each of first) for (const others of choices(rest)) yield [each, ...others];
}

import type { RecordedOperation, RecordedWrite } from '../history.ts';
import type { Completion, Made, Shown } from './completions.testing.ts';

/** Each guarantee, said of a history in which nothing is hidden (completions.testing.ts). */
export type Definition = (completion: Completion, operations: readonly RecordedOperation[]) => boolean;

const isOver = (earlier: RecordedOperation, later: RecordedOperation): boolean =>
  earlier.completed < later.invoked;
const isBefore = (earlier: RecordedOperation, later: RecordedOperation): boolean =>
  earlier.session === later.session && earlier.invoked < later.invoked;
const sameKey = (one: { readonly key: string }, other: { readonly key: string }): boolean =>
  one.key === other.key;
const isAcknowledged = ({ by }: Made): boolean => by.outcome === 'ok';
/** Whether it holds of every two different things. */
const everyPair = <One, Other>(
  ones: readonly One[],
  others: readonly Other[],
  holds: (one: One, other: Other) => boolean,
): boolean => ones.every((one) => others.every((other) => Object.is(one, other) || holds(one, other)));

export const readYourWrites: Definition = ({ made, shown }) =>
  everyPair(
    made.filter(isAcknowledged),
    shown,
    (own, saw) => !(sameKey(own, saw) && isBefore(own.by, saw.by)) || saw.version >= own.version,
  );

export const monotonicReads: Definition = ({ shown }) =>
  everyPair(
    shown,
    shown,
    (earlier, later) =>
      !(sameKey(earlier, later) && isBefore(earlier.by, later.by)) || later.version >= earlier.version,
  );

/** What an operation has for certain: what it showed, or what it wrote and was acknowledged. */
const stateOf = (operation: RecordedOperation, { made, shown }: Completion): readonly (Made | Shown)[] =>
  operation.kind === 'read'
    ? shown.filter(({ by }) => by === operation)
    : made.filter((each) => each.by === operation && isAcknowledged(each));

/**
 * Whether every operation can have a state that, with each write in it, has all that came before that write in the
 * writer's session, and that shows what the operation showed. The smallest such state is built step by step.
 */
const closedUnder =
  (binds: (earlier: RecordedOperation) => boolean, withOwnSession: boolean): Definition =>
  (completion, operations) =>
    operations.every((operation) => {
      const own = stateOf(operation, completion);
      if (own.length === 0) return true;
      const state = new Map<string, number>();
      const include = ({ key, version }: Made | Shown): boolean => {
        if ((state.get(key) ?? 0) >= version) return false;
        state.set(key, version);
        return true;
      };
      const before = (later: RecordedOperation): (Made | Shown)[] =>
        operations
          .filter((earlier) => binds(earlier) && isBefore(earlier, later))
          .flatMap((earlier) => stateOf(earlier, completion));
      for (const each of own) include(each);
      if (withOwnSession) for (const each of before(operation)) include(each);
      for (let isGrowing = true; isGrowing; ) {
        const inState = completion.made.filter(({ key, version }) => version <= (state.get(key) ?? 0));
        isGrowing = inState
          .flatMap(({ by }) => before(by))
          .map(include)
          .includes(true);
      }
      return own.every(({ key, version }) => (state.get(key) ?? 0) <= version);
    });

const isWrite = ({ kind }: RecordedOperation): boolean => kind === 'write';
export const monotonicWrites = closedUnder(isWrite, false);
export const writesFollowReads = closedUnder((each) => !isWrite(each), false);
export const causalOrder = closedUnder(() => true, true);

const isOwnValue = ({ effect }: Made, saw: Shown): boolean =>
  saw.isLive ? effect.kind !== 'delete' && (saw.value ?? effect.value) === effect.value : true;

export const noLostWrite: Definition = ({ made, shown }) => {
  const acknowledged = made.filter(isAcknowledged);
  return (
    everyPair(
      acknowledged,
      acknowledged,
      (one, other) =>
        !sameKey(one, other) ||
        (one.version !== other.version && !(isOver(one.by, other.by) && other.version < one.version)),
    ) &&
    everyPair(
      acknowledged,
      shown,
      (one, saw) =>
        !sameKey(one, saw) ||
        ((saw.version !== one.version || isOwnValue(one, saw)) &&
          !(saw.by.strong && isOver(one.by, saw.by) && saw.version < one.version)),
    )
  );
};

/** A create demands that there is nothing, If-Match that there is the version that it names. */
export const noLostUpdate: Definition = ({ made, shown }) => {
  const acknowledged = made.filter(isAcknowledged);
  const matching = made.filter(({ effect }) => effect.expected !== undefined);
  return (
    matching.every(({ effect, version }) => version === (effect.expected ?? 0) + 1) &&
    everyPair(
      matching,
      matching,
      (one, other) => !(sameKey(one, other) && one.effect.expected === other.effect.expected),
    ) &&
    everyPair(
      matching,
      [...acknowledged, ...shown.filter(({ isLive }) => isLive)],
      (one, proof) =>
        !(sameKey(one, proof) && proof.version > (one.effect.expected ?? 0) && isOver(proof.by, one.by)),
    ) &&
    acknowledged
      .filter(({ effect }) => effect.kind === 'create')
      .every((birth) => !isLiveBefore(birth, made, shown))
  );
};

/** Whether the state just before a write had the document. */
function isLiveBefore({ key, version }: Made, made: readonly Made[], shown: readonly Shown[]): boolean {
  const earlier = [
    ...made.map((each) => ({ ...each, isLive: each.effect.kind !== 'delete' })),
    ...shown,
  ].filter((each) => each.key === key && each.version > 0 && each.version < version);
  const last = Math.max(0, ...earlier.map((each) => each.version));
  return earlier.some((each) => each.version === last && each.isLive);
}

/** A write that can bring a document about, where there is none. */
const isBirth = ({ effect }: Made): boolean =>
  (effect.kind === 'put' || effect.kind === 'create') && effect.expected === undefined;

export const noResurrection: Definition = ({ made, shown }) => {
  const deaths = made.filter((each) => isAcknowledged(each) && each.effect.kind === 'delete');
  // That a document was there: it was shown, or changed by what changes only what is there.
  const lives = [
    ...shown.filter(({ isLive }) => isLive).map(({ key, version }) => ({ key, version })),
    ...made
      .filter((each) => isAcknowledged(each) && !isBirth(each))
      .map(({ key, version }) => ({ key, version: version - 1 })),
  ];
  const isReborn = (death: Made, version: number): boolean =>
    made.some(
      (each) =>
        sameKey(each, death) &&
        each.version > death.version &&
        each.version <= version &&
        (isBirth(each) || (isAcknowledged(each) && each.effect.kind === 'delete')),
    );
  return (
    everyPair(
      deaths,
      lives,
      (death, life) =>
        !(sameKey(death, life) && death.version <= life.version) || isReborn(death, life.version),
    ) &&
    everyPair(deaths, shown, (death, saw) => {
      if (!(sameKey(death, saw) && saw.isLive && saw.version > death.version)) return true;
      return !made.some(
        (each) =>
          sameKey(each, saw) &&
          each.effect.kind !== 'delete' &&
          each.effect.value === saw.value &&
          each.version < death.version,
      );
    })
  );
};

/** No single answer shows one write of a batch and lacks another, and none lacks any when all has settled after one was shown. */
export const atomicBatch: Definition = ({ made, shown }, operations) =>
  operations
    .filter((each): each is RecordedWrite => each.kind === 'write' && each.effects.length > 1)
    .every((batch) => {
      if (batch.outcome === 'failed')
        return !batch.effects.some(
          ({ kind, value }) => kind !== 'delete' && shown.some((saw) => saw.isLive && saw.value === value),
        );
      const members = made.filter(({ by }) => by === batch);
      return everyPair(members, members, (has, lacks) =>
        everyPair(
          shown,
          shown,
          (one, other) =>
            !(one.by === other.by || (other.by.strong && isOver(one.by, other.by))) ||
            !(sameKey(one, has) && one.version >= has.version) ||
            !(sameKey(other, lacks) && other.version < lacks.version),
        ),
      );
    });

export const versionsRiseByOne: Definition = ({ made, shown }) => {
  const live = shown.filter(({ isLive }) => isLive);
  const valued = live.filter(({ value }) => value !== undefined);
  const newest = (key: string): number =>
    Math.max(
      0,
      ...[...made.filter(isTold), ...live].filter((each) => each.key === key).map((each) => each.version),
    );
  const keys = new Set([...made, ...live].map(({ key }) => key));
  return (
    everyPair(made, made, (one, other) => !sameKey(one, other) || one.version !== other.version) &&
    everyPair(made, live, (one, saw) => {
      if (!sameKey(one, saw)) return true;
      if (one.version === saw.version) return isOwnValue(one, saw);
      return one.effect.kind === 'delete' || saw.value !== one.effect.value;
    }) &&
    everyPair(
      valued,
      valued,
      (one, other) => !sameKey(one, other) || (one.version === other.version) === (one.value === other.value),
    ) &&
    [...keys].every((key) =>
      Array.from({ length: newest(key) }, (_, index) => index + 1).every((version) =>
        made.some(
          (each) =>
            each.key === key && each.version === version && isNext(each) && isInTime(each, made, live),
        ),
      ),
    )
  );
};

const isTold = ({ effect }: Made): boolean => effect.version !== undefined;

/** What If-Match names is the version before; an acknowledged version is believed, whatever was named. */
const isNext = (made: Made): boolean =>
  isTold(made) || made.effect.expected === undefined || made.version === made.effect.expected + 1;

/** A write cannot have made what was there before it was sent. */
const isInTime = ({ by, key, version }: Made, made: readonly Made[], live: readonly Shown[]): boolean =>
  [...made.filter(isAcknowledged), ...live].every(
    (proof) => proof.key !== key || proof.version < version || proof.by.completed >= by.invoked,
  );

/**
 * There is one copy: everything can be put in one order in which each read shows the last write before it, and what was
 * over before another began comes first. The versions say the order; a read stands after the write that it showed.
 */
export const linearizability: Definition = ({ made, shown }) => {
  const points = [
    ...made.map(({ by, key, version }) => ({
      key,
      place: 2 * version,
      invoked: by.invoked,
      completed: by.outcome === 'ok' ? by.completed : Number.POSITIVE_INFINITY,
    })),
    ...shown.map(({ by, key, version }) => ({
      key,
      place: 2 * version + 1,
      invoked: by.invoked,
      completed: by.completed,
    })),
  ];
  return everyPair(
    points,
    points,
    (one, other) => !(sameKey(one, other) && one.completed < other.invoked) || one.place <= other.place,
  );
};

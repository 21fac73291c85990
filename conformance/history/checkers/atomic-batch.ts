import {
  byte,
  type Columns,
  columnsOf,
  FAILED,
  GONE,
  int,
  isWriteRow,
  itemsOf,
  NONE,
  real,
  STRONG,
} from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation } from '../history.ts';
import { state, told } from '../phrases.ts';
import { breach, Deletions, firstWhere, keyHistories, writersOf } from '../trace/index.ts';
import { isBatch, type Member, membersOf } from './batches.ts';
import { decidedTogether } from './hidden-writes.ts';

/**
 * Atomic batch: the effects of a batch, a write with several, are seen together or not at all. Its members are the effects
 * whose version is known: acknowledged, or, of one that may have happened, the lowest at which its value was shown.
 * Broken by
 *
 * 1. an observation of a value of a batch that failed;
 * 2. a fractured read (Bailis et al., Scalable Atomic Visibility with RAMP Transactions, 2014): one read that shows a key
 *    at the version of a member or newer, and another key older than its member. Two reads, each of which is whole, may
 *    be of two times; whether the later may be the older one is for monotonic reads to judge;
 * 3. a strong read (see history.ts) that shows a key older than a member, if another member had been shown before it
 *    was invoked: the batch has happened, and by then all of it shows.
 */
export const atomicBatch: Guarantee = {
  id: 'atomic-batch',
  title: 'Atomic batch',
  meaning: 'The writes of a batch are seen together or not at all.',
  check: decidedTogether('each batch as a whole', (history) => {
    const columns = columnsOf(history);
    return failedPart(columns) ?? fractured(columns) ?? halfForGood(columns);
  }),
};

function failedPart(columns: Columns): GuaranteeViolation | undefined {
  const writers = writersOf(columns);
  for (const { key, observations } of keyHistories(columns)) {
    for (const observation of observations) {
      const writer = writers.of(observation.value);
      if (writer === NONE || byte(columns.operationKind, writer) !== FAILED || !isBatch(columns, writer))
        continue;
      return breach(
        columns,
        [{ operation: writer }, observation],
        `${told(columns.operation(writer))}, no part of the batch must ever be seen`,
        `${columns.operation(observation.operation).session} saw one, as ${state(key, observation.version)}`,
      );
    }
  }
  return undefined;
}

/** Of the batches that wrote two keys, in the order of the first key's versions: the newest version of the second so far. */
interface Pair {
  readonly versions: number[];
  readonly newest: { readonly has: Member; readonly lacks: Member }[];
}

function pairsOf(columns: Columns): ReadonlyMap<number, ReadonlyMap<number, Pair>> {
  const pairs = new Map<number, Map<number, Pair>>();
  const all = [...membersOf(columns).values()].flatMap((members) =>
    members.flatMap((has) =>
      members.filter((lacks) => lacks.key !== has.key).map((lacks) => ({ has, lacks })),
    ),
  );
  for (const each of all.sort((a, b) => a.has.version - b.has.version)) {
    const ofKey = pairs.get(each.has.key) ?? new Map<number, Pair>();
    pairs.set(each.has.key, ofKey);
    const pair = ofKey.get(each.lacks.key) ?? { versions: [], newest: [] };
    ofKey.set(each.lacks.key, pair);
    const before = pair.newest.at(-1);
    pair.versions.push(each.has.version);
    pair.newest.push(before && before.lacks.version >= each.lacks.version ? before : each);
  }
  return pairs;
}

/** How many combinations are tried of what the missing documents of one read may stand for. */
const CHOICES_LIMIT = 256;

function fractured(columns: Columns): GuaranteeViolation | undefined {
  const pairs = pairsOf(columns);
  if (pairs.size === 0) return undefined;
  const deletions = new Deletions(columns);
  for (let read = 0; read < columns.operationCount; read += 1) {
    if (isWriteRow(columns, read)) continue;
    const shown = itemsOf(columns, read).map((item) => ({
      key: int(columns.key, item),
      version: int(columns.version, item),
      isGone: byte(columns.itemKind, item) === GONE,
    }));
    if (shown.length < 2) continue;
    const ways = shown.map(({ key, version, isGone }) =>
      version > 0 || isGone ? [version] : deletions.candidates(key, real(columns.completed, read)),
    );
    const choiceCount = ways.reduce((product, each) => product * (each?.length ?? 1), 1);
    if (choiceCount > CHOICES_LIMIT) continue;
    let half: Half | undefined;
    const isWhole = choicesOf(ways).some((versions) => {
      const found = halfIn(
        pairs,
        shown.map(({ key }, nth) => ({ key, version: versions[nth] })),
      );
      half ??= found;
      return found === undefined;
    });
    if (!isWhole && half) return violation(columns, read, half);
  }
  return undefined;
}

function choicesOf(ways: readonly (readonly number[] | undefined)[]): (number | undefined)[][] {
  return ways.reduce<(number | undefined)[][]>(
    (choices, way) => choices.flatMap((choice) => (way ?? [undefined]).map((each) => [...choice, each])),
    [[]],
  );
}

/** What a read shows of a batch, and what it lacks of it. */
type Half = Pair['newest'][number];

/** @param shown a version is undefined where it may be any */
function halfIn(
  pairs: ReadonlyMap<number, ReadonlyMap<number, Pair>>,
  shown: readonly { readonly key: number; readonly version: number | undefined }[],
): Half | undefined {
  for (const { key, version } of shown) {
    const ofKey = version === undefined ? undefined : pairs.get(key);
    if (version === undefined || !ofKey) continue;
    for (const other of shown) {
      const pair = ofKey.get(other.key);
      if (!pair || other.version === undefined) continue;
      const { versions, newest } = pair;
      const half = newest[firstWhere(versions.length, (nth) => (versions[nth] ?? version) > version) - 1];
      if (half && half.lacks.version > other.version) return half;
    }
  }
  return undefined;
}

function halfForGood(columns: Columns): GuaranteeViolation | undefined {
  const strong = Array.from({ length: columns.operationCount }, (_, operation) => operation).filter(
    (operation) => byte(columns.operationKind, operation) === STRONG,
  );
  const batches = strong.length > 0 ? membersOf(columns) : new Map<number, readonly Member[]>();
  if (batches.size === 0) return undefined;
  const deletions = new Deletions(columns);
  const firstShown = new FirstShown(columns);
  const ofKey = new Map<number, Half[]>();
  for (const members of batches.values())
    for (const has of members)
      for (const lacks of members)
        if (lacks !== has) ofKey.set(lacks.key, [...(ofKey.get(lacks.key) ?? []), { has, lacks }]);
  for (const read of strong) {
    for (const item of itemsOf(columns, read)) {
      const newest = newestOf(columns, deletions, item, read);
      for (const half of ofKey.get(int(columns.key, item)) ?? []) {
        if (half.lacks.version <= newest) continue;
        const shower = firstShown.of(half.has);
        if (shower !== undefined && real(columns.completed, shower) < real(columns.invoked, read))
          return violation(columns, read, half, shower);
      }
    }
  }
  return undefined;
}

/** The newest version that an observation may be of. */
function newestOf(columns: Columns, deletions: Deletions, item: number, read: number): number {
  const version = int(columns.version, item);
  return version > 0 || byte(columns.itemKind, item) === GONE
    ? version
    : deletions.newest(int(columns.key, item), real(columns.completed, read));
}

/** Which read was the first to be complete of those that showed a key at a version or newer. */
class FirstShown {
  readonly #ofKey = new Map<number, { readonly version: number; readonly read: number }[]>();
  readonly #completed: Float64Array;

  constructor(columns: Columns) {
    this.#completed = columns.completed;
    for (let read = 0; read < columns.operationCount; read += 1) {
      if (isWriteRow(columns, read)) continue;
      for (const item of itemsOf(columns, read)) {
        const [key, version] = [int(columns.key, item), int(columns.version, item)];
        if (version > 0) this.#ofKey.set(key, [...(this.#ofKey.get(key) ?? []), { version, read }]);
      }
    }
  }

  of({ key, version }: Member): number | undefined {
    let first: number | undefined;
    for (const each of this.#ofKey.get(key) ?? [])
      if (
        each.version >= version &&
        (first === undefined || real(this.#completed, each.read) < real(this.#completed, first))
      )
        first = each.read;
    return first;
  }
}

/** @param shower the read that showed the member that the batch has, if another one */
function violation(columns: Columns, read: number, { has, lacks }: Half, shower = read): GuaranteeViolation {
  const name = ({ key, version }: Member): string => state(columns.keys.stringOf(key), version);
  const batch = `${told(columns.operation(has.batch))} in one batch`;
  const [because, demand] =
    shower === read
      ? [batch, `whatever shows ${name(has)} or newer must show ${name(lacks)} or newer`]
      : [
          `${batch}, and ${told(columns.operation(shower))}`,
          `what is read when all has settled must show ${name(lacks)} or newer`,
        ];
  return breach(
    columns,
    [{ operation: has.batch }, ...(shower === read ? [] : [{ operation: shower }]), { operation: read }],
    `${because}, ${demand}`,
    told(columns.operation(read)),
  );
}

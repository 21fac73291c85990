import { operationsAt, toldProof } from './argument.ts';
import { withoutRoom } from './batch-room.ts';
import { Batches, isBatch, type Member } from './batches.ts';
import { causesOf } from './causes.ts';
import { byte, FAILED, int, isWrite, itemsOf, NONE, real } from './columns.ts';
import type { Guarantee, Violation } from './history.ts';
import { breach, keyHistories } from './key-history.ts';
import { state, told } from './phrases.ts';
import { Newest, provenBy, satisfiedBy, type Trace, traceOf } from './trace.ts';
import { writersOf } from './writers.ts';

/**
 * Atomic batch: the effects of a batch, a write with several, are seen together or not at all. Its members are the effects
 * whose version is known: acknowledged, or, of one that may have happened, the lowest at which its value was shown.
 * Broken by
 *
 * 1. a sighting of a value of a batch that failed;
 * 2. a read that is satisfied only with an older version of a key than that of a member, if it or an earlier read of its
 *    session proves the version of another member of the batch (see Trace);
 * 3. a strong read that leaves no room for a member, if any member was shown by it, or by a read that was complete before it was
 *    invoked: of the key of an effect of unknown version, it is satisfied only up to a version (see Trace) to which each
 *    one was acknowledged for another effect, or shown with a value.
 */
export const atomicBatch: Guarantee = {
  id: 'atomic-batch',
  title: 'Atomic batch',
  meaning: 'The writes of a batch are seen together or not at all.',
  check(history) {
    const trace = traceOf(history);
    return failedPart(trace) ?? half(trace) ?? withoutRoom(trace);
  },
};

function failedPart({ columns }: Trace): Violation | undefined {
  const writers = writersOf(columns);
  for (const { key, sightings } of keyHistories(columns)) {
    for (const sighting of sightings) {
      const writer = writers.of(sighting.value);
      if (writer === NONE || byte(columns.operationKind, writer) !== FAILED || !isBatch(columns, writer))
        continue;
      return breach(
        columns,
        [{ operation: writer }, sighting],
        `${told(columns.operation(writer))}, no part of the batch must ever be seen`,
        `${columns.operation(sighting.operation).session} saw one, as ${state(key, sighting.version)}`,
      );
    }
  }
  return undefined;
}

function half(trace: Trace): Violation | undefined {
  const { columns, sessions } = trace;
  const batches = new Batches(columns);
  if (batches.members.size === 0) return undefined;
  const seen = new Newest(columns.keys.count);
  let first: Half | undefined;
  for (let session = 0; session < columns.sessions.count; session += 1) {
    seen.nextSession();
    for (let nth = int(sessions.first, session); nth < int(sessions.first, session + 1); nth += 1) {
      const read = int(sessions.members, nth);
      if (isWrite(columns, read)) continue;
      for (let item = int(columns.firstItem, read); item < int(columns.firstItem, read + 1); item += 1)
        seen.raise(int(columns.key, item), provenBy(trace, item));
      const found = halfIn(trace, batches, seen, read);
      if (found && !(first && real(columns.invoked, first.read) <= real(columns.invoked, read)))
        first = found;
      if (found) break;
    }
  }
  return first && halfViolation(trace, first);
}

/** A read that lacks one member of a batch, of which its session has seen another one. */
interface Half {
  readonly read: number;
  readonly lacks: Member;
  readonly has: Member;
}

function halfIn(trace: Trace, batches: Batches, seen: Newest, read: number): Half | undefined {
  const { columns } = trace;
  const latestStart = causesOf(trace).isInOrder ? real(columns.completed, read) : Number.POSITIVE_INFINITY;
  for (let item = int(columns.firstItem, read); item < int(columns.firstItem, read + 1); item += 1) {
    for (const lacks of batches.after(int(columns.key, item), satisfiedBy(trace, item, read), latestStart)) {
      const others = batches.members.get(lacks.batch) ?? [];
      const has = others.find((other) => other !== lacks && seen.get(other.key) >= other.version);
      if (has) return { read, lacks, has };
    }
  }
  return undefined;
}

function halfViolation(trace: Trace, { read, lacks, has }: Half): Violation {
  const { columns, sessions } = trace;
  const own = sessions.members.subarray(int(sessions.first, int(columns.session, read)));
  const shows = (operation: number): boolean =>
    !isWrite(columns, operation) &&
    itemsOf(columns, operation).some(
      (item) => int(columns.key, item) === has.key && provenBy(trace, item) >= has.version,
    );
  const shower = own.find(shows) ?? read;
  const knows = shower === read ? '' : `, and ${toldProof(trace, shower)}`;
  const name = ({ key, version }: Member): string => state(columns.keys.stringOf(key), version);
  return {
    operations: operationsAt(trace, [lacks.batch, shower, read]),
    because: `Because ${told(columns.operation(lacks.batch))} in one batch${knows}, whatever comes with ${name(has)} must come with ${name(lacks)} or newer.`,
    however: `However, ${told(columns.operation(read))}.`,
  };
}

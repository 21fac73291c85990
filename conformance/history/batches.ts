import { byte, type Columns, DELETE, FAILED, int, isWrite, itemsOf, NONE, real } from './columns.ts';
import { firstWhere } from './deletions.ts';

/** An effect of a batch, at the version that it was acknowledged with, or else at the lowest at which its value was shown. */
export interface Member {
  readonly batch: number;
  readonly key: number;
  readonly version: number;
}

/** The members of a key, from the oldest version on. */
interface OfKey {
  readonly members: Member[];
  /** Of each member: the earliest start from it on. */
  readonly earliest: number[];
}

/** The batches of a history that are known to have happened. */
export class Batches {
  /** Of each batch. */
  readonly members: ReadonlyMap<number, readonly Member[]>;
  readonly #ofKey = new Map<number, OfKey>();

  constructor(columns: Columns) {
    this.members = membersOf(columns);
    for (const member of [...this.members.values()].flat()) {
      const ofKey = this.#ofKey.get(member.key) ?? { members: [], earliest: [] };
      this.#ofKey.set(member.key, ofKey);
      ofKey.members.push(member);
    }
    for (const { members, earliest } of this.#ofKey.values()) {
      members.sort((a, b) => a.version - b.version);
      let minimum = Number.POSITIVE_INFINITY;
      for (let nth = members.length - 1; nth >= 0; nth -= 1) {
        minimum = Math.min(minimum, real(columns.invoked, members[nth]?.batch ?? 0));
        earliest[nth] = minimum;
      }
    }
  }

  /** The members of a key after a version, without those that begin after `latestStart` and so do all after them. */
  *after(key: number, version: number, latestStart: number): Generator<Member> {
    const ofKey = this.#ofKey.get(key);
    if (!ofKey) return;
    const first = firstWhere(ofKey.members.length, (nth) => (ofKey.members[nth]?.version ?? 0) > version);
    for (let nth = first; (ofKey.earliest[nth] ?? Number.POSITIVE_INFINITY) <= latestStart; nth += 1) {
      const member = ofKey.members[nth];
      if (!member) return;
      yield member;
    }
  }
}

function membersOf(columns: Columns): Map<number, Member[]> {
  const members = new Map<number, Member[]>();
  const undecided = new Map<number, Member>();
  for (let batch = 0; batch < columns.operationCount; batch += 1) {
    if (!isBatch(columns, batch) || byte(columns.operationKind, batch) === FAILED) continue;
    for (const item of itemsOf(columns, batch)) {
      const member = { batch, key: int(columns.key, item), version: int(columns.version, item) };
      if (member.version !== NONE) members.set(batch, [...(members.get(batch) ?? []), member]);
      else if (byte(columns.itemKind, item) !== DELETE) undecided.set(int(columns.value, item), member);
    }
  }
  if (undecided.size > 0) seeMembers(columns, undecided);
  for (const member of undecided.values())
    if (member.version !== NONE) members.set(member.batch, [...(members.get(member.batch) ?? []), member]);
  return members;
}

/** Gives each member, by its value, the lowest version at which it was shown. */
function seeMembers(columns: Columns, undecided: Map<number, Member>): void {
  for (let operation = 0; operation < columns.operationCount; operation += 1) {
    if (isWrite(columns, operation)) continue;
    for (
      let item = int(columns.firstItem, operation);
      item < int(columns.firstItem, operation + 1);
      item += 1
    ) {
      const version = int(columns.version, item);
      const member = version > 0 ? undecided.get(int(columns.value, item)) : undefined;
      if (!member || member.key !== int(columns.key, item)) continue;
      if (member.version === NONE || version < member.version)
        undecided.set(int(columns.value, item), { ...member, version });
    }
  }
}

export const isBatch = (columns: Columns, operation: number): boolean =>
  isWrite(columns, operation) &&
  int(columns.firstItem, operation + 1) - int(columns.firstItem, operation) > 1;

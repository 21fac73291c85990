import { byte, type Columns, DELETE, FAILED, int, isWriteRow, itemsOf, NONE } from '../columns/index.ts';

/** An effect of a batch, at the version that it was acknowledged with, or else at the lowest at which its value was shown. */
export interface Member {
  readonly batch: number;
  readonly key: number;
  readonly version: number;
}

/** The members of each batch that is known to have happened. */
export function membersOf(columns: Columns): Map<number, Member[]> {
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
    if (isWriteRow(columns, operation)) continue;
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
  isWriteRow(columns, operation) &&
  int(columns.firstItem, operation + 1) - int(columns.firstItem, operation) > 1;

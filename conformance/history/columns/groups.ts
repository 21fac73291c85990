import { int } from './typed-arrays.ts';

/** Rows that belong together: those of a group are `members[first[group]]` to `members[first[group + 1] - 1]`. */
export interface Groups {
  readonly first: Int32Array;
  readonly members: Int32Array;
}

/**
 * Groups rows by counting; within a group they keep their order.
 *
 * @param groupOf of each row; NONE of a row that is in no group
 */
export function grouped(groupCount: number, groupOf: Int32Array, rowCount: number): Groups {
  const first = new Int32Array(groupCount + 1);
  for (let row = 0; row < rowCount; row += 1) {
    const group = int(groupOf, row);
    if (group >= 0) first[group + 1] = int(first, group + 1) + 1;
  }
  for (let group = 0; group < groupCount; group += 1)
    first[group + 1] = int(first, group + 1) + int(first, group);
  const next = first.slice();
  const members = new Int32Array(int(first, groupCount));
  for (let row = 0; row < rowCount; row += 1) {
    const group = int(groupOf, row);
    if (group < 0) continue;
    members[int(next, group)] = row;
    next[group] = int(next, group) + 1;
  }
  return { first, members };
}

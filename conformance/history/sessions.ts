import { type Columns, int, real } from './columns.ts';
import { type Groups, grouped } from './groups.ts';

/**
 * The operations of each session, in its order.
 *
 * @throws Error when a session has two operations under way at once: it has no order then
 */
export function sessionsOf(columns: Columns): Groups {
  const { sessions, session, operationCount, invoked, completed } = columns;
  const groups = grouped(sessions.count, session, operationCount);
  const { first, members } = groups;
  for (let each = 0; each < sessions.count; each += 1) {
    const own = members.subarray(int(first, each), int(first, each + 1));
    if (!isSorted(own, invoked)) own.sort((a, b) => real(invoked, a) - real(invoked, b) || a - b);
    for (let nth = 1; nth < own.length; nth += 1) {
      if (real(invoked, int(own, nth)) < real(completed, int(own, nth - 1)))
        throw new Error(
          `session ${sessions.stringOf(each)} began operation ${own[nth]} before its operation ${own[nth - 1]} was over`,
        );
    }
  }
  return groups;
}

function isSorted(rows: Int32Array, by: Float64Array): boolean {
  for (let nth = 1; nth < rows.length; nth += 1)
    if (real(by, int(rows, nth)) < real(by, int(rows, nth - 1))) return false;
  return true;
}

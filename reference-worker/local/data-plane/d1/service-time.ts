import type { Chance } from '../chance.ts';
import { draw } from '../distribution.ts';
import type { D1Profile } from '../profile.ts';
import type { PlannedRequest } from './plan-queries.ts';

/** How long the profile lets a request occupy an instance, in milliseconds. */
export function drawServiceMs(
  { access, queries }: PlannedRequest,
  { readServiceMs, writeServiceMs, furtherStatementMs }: D1Profile,
  chance: Chance,
): number {
  let serviceMs = draw(access === 'read' ? readServiceMs : writeServiceMs, chance);
  for (let further = queries.length - 1; further > 0; further--)
    serviceMs += draw(furtherStatementMs, chance);
  return serviceMs;
}

import { listed } from 'shardproof:journey';
import { randomKey, unit, unitsOf } from '../../fixtures/generator/random.ts';
import { logNormalSampler, scatter, zipfSampler } from '../../fixtures/generator/zipf.ts';
import { elapsedMs } from './clock.ts';
import { phaseAt } from './phases.ts';
import { documentId, type Ids, type Plan, type VisitedAccount } from './plan.ts';
import type { VirtualUser } from './session.ts';

/** @param number of the virtual user, from 1 */
export function virtualUser(plan: Plan, number: number): VirtualUser {
  const key = randomKey(plan.seed, plan.account, 'virtual-user', number);
  const uniform = unitsOf(key);
  const think = logNormalSampler(plan.thinkTimeMedianMs, plan.thinkTimeSigma);
  const ranks: Record<number, ReturnType<typeof zipfSampler>> = {};
  let marks = 0;
  const placeOf = (count: number): number => {
    ranks[count] ??= zipfSampler(count, plan.zipfExponent);
    return scatter(ranks[count](uniform), count);
  };
  const drawFrom = (ids: Ids | undefined, resource: string, isHottest = false): string => {
    if (!ids) throw new Error(`plan_incomplete: no ids of ${resource}.`);
    // The least likely of all becomes the one that everybody wants.
    return documentId(ids, isHottest ? scatter(ids.count - 1, ids.count) : placeOf(ids.count), listed);
  };
  const surgeNow = (): string | undefined =>
    plan.surges ? plan.surges[phaseAt(elapsedMs(), plan.phases)] : undefined;
  return {
    id: plan.people ? documentId(plan.people, (number - 1) % plan.people.count, listed) : String(number),
    account: plan.accounts ? listed(plan.accounts.from + ((number - 1) % plan.accounts.count)) : plan.account,
    pop: popOf(plan, unit(key, 0)),
    thinkMs: () => think(uniform),
    does: (share, writes) => uniform() < (writes && surgeNow() === 'writes' ? 1 : share),
    draw: (resource) => drawFrom(plan.drawn[resource], resource),
    visit: (resource) => {
      const { visited } = plan;
      if (!visited) throw new Error('plan_incomplete: no account that visitors could look at.');
      const isHottest = surgeNow() === 'hottest';
      const text = listed(visited.from + (isHottest ? 0 : placeOf(visited.count)));
      const { account, reach, ids }: VisitedAccount = JSON.parse(text);
      const id = resource === undefined ? '' : drawFrom(ids[resource], resource, isHottest);
      return { account, reach, id };
    },
    pickSearch: () => {
      const terms = plan.searches.split('|');
      const term = terms[Math.floor(uniform() * terms.length)] ?? '';
      const field = term.slice(0, Math.max(0, term.indexOf('=')));
      const prefix = term.slice(field.length + 1);
      if (!field || !prefix) throw new Error(`plan_incomplete: no search terms in "${plan.searches}".`);
      return { field, prefix };
    },
    nextMark: () => {
      marks += 1;
      return `${Date.now().toString(36)}-${number.toString(36)}-${marks.toString(36)}`;
    },
  };
}

/** Draws a PoP by its share. */
function popOf({ popShares }: Plan, u: number): string {
  let cumulative = 0;
  let last = '';
  for (const pop in popShares) {
    cumulative += popShares[pop] ?? 0;
    last = pop;
    if (u < cumulative) break;
  }
  return last;
}

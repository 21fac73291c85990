import { listed } from 'shardproof:journey';
import { randomKey, unit, unitsOf } from '../../fixtures/generator/random.ts';
import { logNormalSampler, scatter, zipfSampler } from '../../fixtures/generator/zipf.ts';
import { documentId, type Plan } from './plan.ts';
import type { VirtualUser } from './session.ts';

/** @param number of the virtual user, from 1 */
export function virtualUser(plan: Plan, number: number): VirtualUser {
  const key = randomKey(plan.seed, plan.account, 'virtual-user', number);
  const uniform = unitsOf(key);
  const think = logNormalSampler(plan.thinkTimeMedianMs, plan.thinkTimeSigma);
  const ranks: Record<string, ReturnType<typeof zipfSampler>> = {};
  let marks = 0;
  return {
    id: plan.people ? documentId(plan.people, (number - 1) % plan.people.count, listed) : String(number),
    pop: popOf(plan, unit(key, 0)),
    thinkMs: () => think(uniform),
    does: (share) => uniform() < share,
    draw: (resource) => {
      const ids = plan.drawn[resource];
      if (!ids) throw new Error(`plan_incomplete: no ids of ${resource}.`);
      ranks[resource] ??= zipfSampler(ids.count, plan.zipfExponent);
      return documentId(ids, scatter(ranks[resource](uniform), ids.count), listed);
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

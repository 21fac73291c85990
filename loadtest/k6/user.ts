import { randomKey, unit, unitsOf } from '../../fixtures/generator/random.ts';
import { logNormalSampler, scatter, zipfSampler } from '../../fixtures/generator/zipf.ts';
import { documentId, type Plan } from './plan.ts';

export interface Search {
  readonly field: string;
  readonly prefix: string;
}

/** What a virtual user is and decides. All of it follows from the seed and the user's number (rule of evidence 7). */
export interface VirtualUser {
  readonly id: string;
  readonly pop: string;
  /** Milliseconds until the next request. */
  thinkMs(): number;
  /** True with this probability. */
  does(share: number): boolean;
  /** The id of a document of a resource, by Zipf's law. */
  draw(resource: string): string;
  pickSearch(): Search;
  /** A word that no other write has, in this run or another on the same data; later ones sort later. */
  nextMark(): string;
}

/** @param number of the virtual user, from 1 */
export function virtualUser(plan: Plan, number: number): VirtualUser {
  const key = randomKey(plan.seed, plan.account, 'virtual-user', number);
  const uniform = unitsOf(key);
  const think = logNormalSampler(plan.thinkTimeMedianMs, plan.thinkTimeSigma);
  const ranks: Record<string, ReturnType<typeof zipfSampler>> = {};
  let marks = 0;
  return {
    id: documentId(plan.people, (number - 1) % plan.people.count),
    pop: popOf(plan, unit(key, 0)),
    thinkMs: () => think(uniform),
    does: (share) => uniform() < share,
    draw: (resource) => {
      const ids = plan.drawn[resource];
      if (!ids) throw new Error(`plan_incomplete: no ids of ${resource}.`);
      ranks[resource] ??= zipfSampler(ids.count, plan.zipfExponent);
      return documentId(ids, scatter(ranks[resource](uniform), ids.count));
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

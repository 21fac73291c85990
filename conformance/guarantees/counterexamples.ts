import { listed } from '../history/index.ts';
import type { Counterexample } from './evidence.ts';
import type { Configuration } from './modes.ts';
import { story } from './story.ts';
import type { GuaranteeRow } from './table.ts';

/** The smallest violating histories of a table, each told once, however many entries it breaks. */
export interface Counterexamples {
  readonly markdown: string;
  /** From 1 on, in the order of the table. */
  readonly numberOf: (violation: Counterexample) => number;
}

/** A guarantee that a history breaks, the argument, and where. */
interface Breach {
  readonly guarantee: string;
  readonly why: string;
  readonly where: Configuration[];
}

export function counterexamples(rows: readonly GuaranteeRow[]): Counterexamples {
  const told = new Map<string, Breach[]>();
  for (const { configuration, findings } of rows) {
    for (const { guarantee, smallest } of findings) {
      if (!smallest) continue;
      const breaches = told.get(stepsOf(smallest)) ?? [];
      told.set(stepsOf(smallest), breaches);
      const why = whyOf(smallest);
      const known = breaches.find((breach) => breach.guarantee === guarantee.name && breach.why === why);
      if (known) known.where.push(configuration);
      else breaches.push({ guarantee: guarantee.name, why, where: [configuration] });
    }
  }
  const order = [...told.keys()];
  return {
    markdown: [...told]
      .map(([steps, breaches], index) => counterexample(index + 1, steps, breaches))
      .join('\n\n'),
    numberOf: (violation) => order.indexOf(stepsOf(violation)) + 1,
  };
}

const counterexample = (number: number, steps: string, breaches: readonly Breach[]): string =>
  [`### History ${number}`, steps, ...breaches.map(breachText)].join('\n\n');

/** The argument as one sentence. */
export const whyOf = ({ witness: { because, however } }: Counterexample): string =>
  `${because.replace(/\.$/, ';')} ${however.replace('However', 'however')}`;

/** The history as a numbered list. */
export const stepsOf = ({ execution }: Counterexample): string =>
  story(execution)
    .map((sentence, index) => `${index + 1}. ${sentence}`)
    .join('\n');

function breachText({ guarantee, why, where }: Breach): string {
  const caches = new Map<string, string[]>();
  for (const { session, cache } of where)
    caches.set(session.name, [...(caches.get(session.name) ?? []), cache.name]);
  const places = [...caches].map(([session, names]) => `\`${session}\` (${listed(names)})`);
  return `Breaks **${guarantee}**. ${why} So with ${listed(places)}.`;
}

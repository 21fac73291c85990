import { chanceOf } from '../local/index.ts';
import type { Role } from './test-account.ts';

/** Each with a letter that has an accented form, which hosts that only look alike are made with. */
const WORDS = [
  'alder',
  'maple',
  'laurel',
  'rowan',
  'hazel',
  'willow',
  'aspen',
  'oak',
  'yew',
  'elder',
] as const;
/** Those of one deployment, in every order. */
const ORDERS = [
  ['subject', 'neighbour', 'elsewhere'],
  ['neighbour', 'subject', 'elsewhere'],
  ['subject', 'elsewhere', 'neighbour'],
  ['elsewhere', 'neighbour', 'subject'],
  ['neighbour', 'elsewhere', 'subject'],
  ['elsewhere', 'subject', 'neighbour'],
] as const satisfies readonly (readonly Role[])[];

/**
 * What the accounts under test are called. A verdict must not hang on names, so they follow from the seed; but among those of
 * one deployment there is always a name that begins another and one that ends another, where a part of a name could stand for
 * the name, and which account sorts first is drawn too.
 *
 * @param seed a whole number
 * @returns DNS labels, no two of them equal
 */
export function accountNames(seed: number): Readonly<Record<Role, string>> {
  const chance = chanceOf(seed, 'account names');
  const draw = (below: number): number => Math.floor(chance() * below);
  const word = WORDS[draw(WORDS.length)] ?? 'alder';
  const others = WORDS.filter((other) => other !== word);
  const [one, two, three] = ORDERS[draw(ORDERS.length)] ?? ORDERS[0];
  const names: Record<Role, string> = { subject: '', neighbour: '', elsewhere: '', dedicated: '' };
  names[one] = word;
  names[two] = `${word}-${2 + draw(8)}`;
  names[three] = `${others[draw(others.length)] ?? 'old'}-${word}`;
  names.dedicated = others[draw(others.length)] ?? 'acorn';
  return names;
}

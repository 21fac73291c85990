import fc from 'fast-check';

export const of = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
export const words = (text: string): fc.Arbitrary<string> => of(...text.split(' '));
export const phrase = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.filter((part) => part !== '').join(' '));
export const listOf = (item: fc.Arbitrary<string>, minLength = 1, maxLength = 3): fc.Arbitrary<string> =>
  fc.array(item, { minLength, maxLength }).map((items) => items.join(', '));
export const maybe = (part: string | fc.Arbitrary<string>, freq = 3): fc.Arbitrary<string> =>
  fc.oneof({ weight: freq, arbitrary: fc.constant('') }, { weight: 1, arbitrary: phrase(part) });
/** Mostly from the first. */
export const mostly = (usual: fc.Arbitrary<string>, rare: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: rare });

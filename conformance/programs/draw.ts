import fc from 'fast-check';

/**
 * What is listed more often is drawn more often: histories are small, so their operations must meet in few places.
 * Shrinks towards the first; fast-check's constantFrom would try nothing between the two.
 */
export const oneOf = <Value>(...values: readonly [Value, ...Value[]]): fc.Arbitrary<Value> =>
  fc.nat(values.length - 1).map(
    (index) => values[index] ?? values[0],
    (value) => values.findIndex((each) => JSON.stringify(each) === JSON.stringify(value)),
  );

/** Gives names in the order of their first use, so that programs which differ in names only become one. */
export function inOrderOfUse<Name>(names: readonly Name[], used: readonly Name[]): (name: Name) => Name {
  const order = [...new Set(used)];
  return (name) => names[order.indexOf(name)] ?? name;
}

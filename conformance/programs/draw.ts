import fc from 'fast-check';
import { KEYS, type Key, type Program, type ReadForm, SESSIONS, type Step } from './program.ts';

/**
 * What is listed more often is drawn more often: histories are small, so their operations must meet in few places.
 * Shrinks towards the first; fast-check's constantFrom would try nothing between the two.
 */
export const oneOf = <Value>(...values: readonly [Value, ...Value[]]): fc.Arbitrary<Value> =>
  fc.nat(values.length - 1).map(
    (index) => values[index] ?? values[0],
    (value) => values.findIndex((each) => JSON.stringify(each) === JSON.stringify(value)),
  );

/**
 * One of all programs that do the same: sessions and documents have their names in the order of their use, and faults
 * belong to faulty programs, so that what is broken without any shrinks to a plain one.
 *
 * @param onPages the documents that a page uses by showing them
 */
export function canonical({ mode, steps }: Program, onPages: readonly Key[] = []): Program {
  const session = inOrderOfUse(
    SESSIONS,
    steps.flatMap((step) => (step.kind === 'wait' ? [] : [step.session])),
  );
  const key = inOrderOfUse(
    KEYS,
    steps.flatMap((step) => keysOf(step).flatMap((each) => (each === 'all' ? onPages : each))),
  );
  const renamed = (step: Step): Step => {
    if (step.kind === 'wait') return step;
    const spared = mode === 'faulty' ? step : { ...step, fault: 'none' as const };
    if (spared.kind === 'read')
      return {
        ...spared,
        session: session(spared.session),
        of: spared.of === 'all' ? 'all' : key(spared.of),
        how: FORMS[spared.of === 'all' ? 'all' : 'one'].includes(spared.how) ? spared.how : 'plain',
      };
    const changes = spared.changes.map((change) => ({ ...change, key: key(change.key) }));
    return { ...spared, session: session(spared.session), changes };
  };
  return { mode, steps: steps.map(renamed) };
}

const FORMS: Readonly<Record<'one' | 'all', readonly ReadForm[]>> = {
  one: ['plain', 'head', 'if-changed'],
  all: ['plain', 'pages', 'join'],
};

/** What a step writes or reads: documents, or a page of all. */
export function keysOf(step: Step) {
  if (step.kind === 'wait') return [];
  return step.kind === 'read' ? [step.of] : step.changes.map(({ key }) => key);
}

/** Gives names in the order of their first use, so that programs which differ in names only become one. */
function inOrderOfUse<Name>(names: readonly Name[], used: readonly Name[]): (name: Name) => Name {
  const order = [...new Set(used)];
  return (name) => names[order.indexOf(name)] ?? name;
}

import { inOrderOfUse } from './draw.ts';
import { KEYS, type Program, SESSIONS, type Step } from './program.ts';

/**
 * One of all programs that do the same: sessions and documents have their names in the order of their use, and faults
 * belong to faulty programs, so that what is broken without any shrinks to a plain one.
 */
export function canonical({ mode, steps }: Program): Program {
  const session = inOrderOfUse(
    SESSIONS,
    steps.flatMap((step) => (step.kind === 'wait' ? [] : [step.session])),
  );
  const key = inOrderOfUse(
    KEYS,
    steps.flatMap((step) => keysOf(step).filter((each) => each !== 'all')),
  );
  const renamed = (step: Step): Step => {
    if (step.kind === 'wait') return step;
    const spared = mode === 'faulty' ? step : { ...step, fault: 'none' as const };
    if (spared.kind === 'read')
      return {
        ...spared,
        session: session(spared.session),
        of: spared.of === 'all' ? 'all' : key(spared.of),
      };
    const changes = spared.changes.map((change) => ({ ...change, key: key(change.key) }));
    return { ...spared, session: session(spared.session), changes };
  };
  return { mode, steps: steps.map(renamed) };
}

/** What a step writes or reads: documents, or a page of all. */
export function keysOf(step: Step) {
  if (step.kind === 'wait') return [];
  return step.kind === 'read' ? [step.of] : step.changes.map(({ key }) => key);
}

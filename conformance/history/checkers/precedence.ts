import { isWriteRow } from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation } from '../history.ts';
import { told } from '../phrases.ts';
import {
  type Binding,
  causesOf,
  groundsOf,
  type Link,
  missingFrom,
  operationsAt,
  stateOf,
  type Trace,
  traceOf,
} from '../trace/index.ts';
import { decidedTogether } from './hidden-writes.ts';

/**
 * Three guarantees on what must come along with a write. A version of a key includes all versions before it, as the database
 * made one from the other, and a write may have been acknowledged, or seen to have happened.
 *
 * Monotonic writes: an operation that shows (or makes) a version of a key includes whatever its writes' sessions had been
 * acknowledged to have written before these writes, and so on from there; it must not show an older version of such a
 * key. What one operation shows, it shows together: two reads that disagree break monotonic reads, not the order of
 * writes (Terry et al., 1994).
 */
export const monotonicWrites: Guarantee = {
  id: 'monotonic-writes',
  title: 'Monotonic writes',
  meaning: 'Whatever shows a write also shows what the same client wrote before it.',
  check: decidedTogether('each effect on its own', (history) => {
    const trace = traceOf(history);
    const binds = (earlier: number): boolean => isWriteRow(trace.columns, earlier);
    return firstMissing(trace, { binds, inSession: false });
  }),
};

/** Writes follow reads: the same, with what the writes' sessions had been shown before (Terry et al., 1994). */
export const writesFollowReads: Guarantee = {
  id: 'writes-follow-reads',
  title: 'Writes follow reads',
  meaning: 'Whatever shows a write also shows what its client had seen before it.',
  check: decidedTogether('each effect on its own', (history) => {
    const trace = traceOf(history);
    const binds = (earlier: number): boolean => !isWriteRow(trace.columns, earlier);
    return firstMissing(trace, { binds, inSession: false });
  }),
};

/**
 * Causal order: both kinds bind, and an operation must also include all that its own session had been shown, or had been
 * acknowledged to have written, before, with all that comes along with it. That is the four session guarantees
 * together (Brzezinski, Sobaniec, Wawrzyniak: From Session Causality to Causal Consistency, 2004).
 */
export const causalOrder: Guarantee = {
  id: 'causal-order',
  title: 'Causal order',
  meaning:
    'A client sees nothing without all that led to it: what it saw or wrote before, and what the writers had.',
  check: decidedTogether('each effect on its own', (history) =>
    firstMissing(traceOf(history), { binds: () => true, inSession: true }),
  ),
};

function firstMissing(trace: Trace, binding: Binding): GuaranteeViolation | undefined {
  const { candidates } = causesOf(trace);
  for (const operation of binding.inSession ? candidates.inSession : candidates.alone) {
    const links = missingFrom(trace, operation, binding);
    if (links) return violation(trace, operation, links);
  }
  return undefined;
}

function violation(trace: Trace, operation: number, links: readonly Link[]): GuaranteeViolation {
  const { columns } = trace;
  const [nearest, last] = [links[0], links.at(-1)];
  if (!nearest || !last) throw new Error('an operation lacks what it shows');
  const act = columns.operation(operation);
  const reasons = links
    .map(({ earlier, met, write, made }) => {
      const { session } = columns.operation(earlier);
      const what = `${session} ${isWriteRow(columns, earlier) ? 'wrote' : 'saw'} ${stateOf(trace, met)}`;
      return write === undefined ? what : `${what} before it wrote ${stateOf(trace, made)}`;
    })
    .reverse();
  const missing = stateOf(trace, last.met);
  const demand =
    nearest.write !== undefined
      ? `whatever includes ${stateOf(trace, nearest.made)} must include ${missing}`
      : `what ${act.session} ${act.kind === 'read' ? 'reads later must show' : 'writes later must include'} ${missing} or newer`;
  const argued = links.flatMap(({ earlier, met, write }) => [
    ...(write === undefined ? [] : [write]),
    earlier,
    ...groundsOf(trace, earlier, met),
  ]);
  return {
    operations: operationsAt(trace, [...argued.reverse(), operation]),
    because: `Because ${reasons.join(', and ')}, ${demand}.`,
    however: `However, ${told(act)}.`,
  };
}

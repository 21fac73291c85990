import {
  type Guarantee,
  type GuaranteeViolation,
  type RecordedOperation,
  timeline,
  toElleEdn,
  toJsonLines,
  toKnossosEdn,
} from '../../history/index.ts';
import type { Recording } from '../../programs/index.ts';
import type { Witness } from '../evidence.ts';

/**
 * What shows a broken guarantee: the argument, the exchanges that it argues with, and the whole history.
 *
 * @param path on which fast-check finds the program
 */
export function witnessOf(
  { history, exchanges }: Recording,
  violation: GuaranteeViolation,
  guarantee: Guarantee,
  path: string,
): Witness {
  const { because, however, operations } = violation;
  return {
    sentences: [because, however],
    exchanges: operations.flatMap((operation) => exchanges.get(operation) ?? []),
    attachments: [
      { name: 'timeline.svg', text: timeline(history, violation, guarantee) },
      { name: 'history.elle.edn', text: toElleEdn(history) },
      ...keysOf(operations).map((key, nth) => ({
        name: `document-${nth + 1}.knossos.edn`,
        text: toKnossosEdn(history, key),
      })),
      { name: 'history.jsonl', text: toJsonLines(history) },
    ],
    replay: `--path ${path}`,
  };
}

/** The keys that an argument is about. */
const keysOf = (operations: readonly RecordedOperation[]): string[] => [
  ...new Set(
    operations.flatMap((each) => (each.kind === 'read' ? each.seen : each.effects).map(({ key }) => key)),
  ),
];

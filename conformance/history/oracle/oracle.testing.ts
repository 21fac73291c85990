import type { RecordedHistory } from '../history.ts';
import { completionsOf, observationsOf, type Rules } from './completions.testing.ts';
import {
  atomicBatch,
  causalOrder,
  type Definition,
  linearizability,
  monotonicReads,
  monotonicWrites,
  noLostUpdate,
  noLostWrite,
  noResurrection,
  readYourWrites,
  versionsRiseByOne,
  writesFollowReads,
} from './definitions.testing.ts';

type Holds = (history: RecordedHistory) => boolean;

const keysOf = ({ operations }: RecordedHistory): string[] => [
  ...new Set(
    operations.flatMap((each) => (each.kind === 'read' ? each.seen : each.effects).map(({ key }) => key)),
  ),
];

function isKept(
  definition: Definition,
  history: RecordedHistory,
  keys: readonly string[],
  rules: Rules | undefined,
): boolean {
  for (const completion of completionsOf(history, new Set(keys), rules))
    if (definition(completion, history.operations)) return true;
  return false;
}

/** Some completion of all keys together keeps it. */
const together =
  (definition: Definition, rules?: Rules): Holds =>
  (history) =>
    isKept(definition, history, keysOf(history), rules);

/** For a definition that never speaks of two keys at once: they can be completed one by one. */
const keyByKey =
  (definition: Definition, rules?: Rules): Holds =>
  (history) =>
    keysOf(history).every((key) => isKept(definition, history, [key], rules));

/** Nothing is hidden in what was refused: its value is shown, or it is not. */
const failedWritesDoNotHappen: Holds = (history) =>
  history.operations.every(
    (each) =>
      each.kind === 'read' ||
      each.outcome !== 'failed' ||
      each.effects.every(
        ({ kind, value }) =>
          kind === 'delete' ||
          observationsOf(history).every((saw) => saw.version === 0 || saw.value !== value),
      ),
  );

/** Whether each guarantee holds, by its definition, decided by trying every way in which the history can have come about. */
export const HOLDS: Readonly<Record<string, Holds>> = {
  'read-your-writes': keyByKey(readYourWrites),
  'monotonic-reads': keyByKey(monotonicReads),
  'monotonic-writes': together(monotonicWrites),
  'writes-follow-reads': together(writesFollowReads),
  'causal-order': together(causalOrder),
  'no-lost-write': keyByKey(noLostWrite),
  'no-lost-update': keyByKey(noLostUpdate, { isMatchKept: true }),
  'no-resurrection': keyByKey(noResurrection),
  'atomic-batch': together(atomicBatch, { isBatchWhole: true }),
  'versions-rise-by-one': keyByKey(versionsRiseByOne),
  'failed-writes-do-not-happen': failedWritesDoNotHappen,
  linearizability: keyByKey(linearizability),
};

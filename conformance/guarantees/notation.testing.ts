import type { RecordedOperation } from '../history/index.ts';
import { historyOf as historyWithoutPlaces } from '../history/notation.testing.ts';

/** Reads operations (see ../history/notation.testing.ts); the primary answers all reads. */
export const historyOf = (text: string): RecordedOperation[] =>
  historyWithoutPlaces(text).operations.map((operation) => {
    if (operation.kind === 'write') return operation;
    return { ...operation, seen: operation.seen.map((seen) => ({ ...seen, from: 'WEUR primary' })) };
  });

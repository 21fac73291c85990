export {
  ANY_VERSION,
  byte,
  type Columns,
  DELETE,
  FAILED,
  GONE,
  ITEM_KINDS,
  int,
  isEvidence,
  isWriteRow,
  itemsOf,
  NONE,
  OK,
  OPERATION_KINDS,
  real,
  resized,
  SEEN,
  STRONG,
  UNKNOWN,
} from './columns.ts';
export { type Groups, grouped } from './groups.ts';
export { columnsOf, Recorder } from './recorder.ts';

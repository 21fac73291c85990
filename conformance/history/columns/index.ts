export {
  ANY_VERSION,
  type Columns,
  DELETE,
  FAILED,
  GONE,
  ITEM_KINDS,
  isEvidence,
  isWriteRow,
  itemsOf,
  NONE,
  OK,
  OPERATION_KINDS,
  SEEN,
  STRONG,
  UNKNOWN,
} from './columns.ts';
export { type Groups, grouped } from './groups.ts';
export { columnsOf, Recorder } from './recorder.ts';
export { byte, int, real, resized } from './typed-arrays.ts';

import type { Check } from '../check.ts';
import { batchSize } from './batch-size.ts';
import { documentSize } from './document-size.ts';
import { fieldLength } from './field-length.ts';
import { idShape } from './id-shape.ts';
import { listLimit } from './list-limit.ts';
import { prefixLength } from './prefix-length.ts';
import { requestSize } from './request-size.ts';
import { rowsOfAList } from './rows-of-a-list.ts';

/** Where a Worker draws its lines, and that nothing is half done beyond them. */
export const LIMITS_CHECKS: readonly Check[] = [
  documentSize,
  batchSize,
  listLimit,
  idShape,
  fieldLength,
  prefixLength,
  requestSize,
  rowsOfAList,
];

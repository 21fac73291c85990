import type { Check } from '../check.ts';
import { documentsAsModelled } from './documents-as-modelled.ts';
import { filtersAtTheEdge } from './filters-at-the-edge.ts';
import { headIsGet } from './head-is-get.ts';
import { pagesUnderWrites } from './pages-under-writes.ts';
import { preconditions } from './preconditions.ts';
import { spelledOtherwise } from './spelled-otherwise.ts';

/** What HTTP and the contract say of documents, conditions and lists. */
export const SEMANTICS_CHECKS: readonly Check[] = [
  documentsAsModelled,
  preconditions,
  headIsGet,
  spelledOtherwise,
  pagesUnderWrites,
  filtersAtTheEdge,
];

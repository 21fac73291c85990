import type { Search } from './evidence.ts';

/** What GUARANTEES.md rests on: enough histories to break whatever this harness knows how to break. */
export const PUBLISHED_SEARCH: Search = { seed: 1, histories: 200 };

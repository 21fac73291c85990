export { toElleEdn, toKnossosEdn } from './edn.ts';
export { fromJsonLines, toJsonLines } from './jsonl.ts';
export { timeline } from './timeline.ts';

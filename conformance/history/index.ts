export { GUARANTEES } from './checkers/index.ts';
export { Recorder } from './columns/index.ts';
export { fromJsonLines, timeline, toElleEdn, toJsonLines, toKnossosEdn } from './formats/index.ts';
export * from './history.ts';
export { listed, state } from './phrases.ts';
export * from './staleness/index.ts';

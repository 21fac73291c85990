/** One load from several machines, and from this one at a target that runs somewhere. */
export { remoteResultOf } from './judge.ts';
export { runSegment } from './run-segment.ts';
export { writeLoad } from './write-load.ts';

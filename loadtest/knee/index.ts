export { findKnee } from './find-knee.ts';
export type { BusiestDatabase, Ladder, LadderRung } from './ladder.ts';

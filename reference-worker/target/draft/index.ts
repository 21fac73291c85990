/** Drafts the description of a Worker that nobody has described yet. */
export { type DraftedDescription, draftDescription } from './draft.ts';

/** A Worker that is wrong on purpose: the reference Worker with a small patch. */
export interface Defect {
  /** As in `isolation/cursor-trusts-itself`; unique. */
  readonly id: string;
  /** What is wrong with this Worker, as a sentence. */
  readonly title: string;
  /** The real incident, issue or guideline that it stands for, where there is one. */
  readonly standsFor?: { readonly what: string; readonly where: string };
  /** The check that must catch it. */
  readonly check: string;
  readonly edits: readonly Edit[];
}

export interface Edit {
  /** Below reference-worker/shared-shards/src. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly find: string;
  readonly replace: string;
}

export const PARTS = ['throughput', 'start-up', 'virtual-time', 'replica-memory', 'isolation'] as const;
export type Part = (typeof PARTS)[number];

/** What every part of the benchmark is given. */
export interface PartContext {
  /** Empty, on disk, and the part's alone. */
  readonly folder: string;
  /** Says what the part is doing now. */
  readonly tell: (step: string) => void;
  readonly signal: AbortSignal;
}

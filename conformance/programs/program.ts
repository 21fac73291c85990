import type { Pop } from '../../reference-worker/target/index.ts';

/** What random clients do, before anything has answered. */
export interface Program {
  readonly mode: ProgramMode;
  readonly steps: readonly Step[];
}

/**
 * - `plain`: nothing fails and nothing takes time but replication
 * - `busy`: every request occupies the database, so that requests overlap
 * - `faulty`: requests meet the faults of their steps, and the near replica pauses for a while
 */
export const PROGRAM_MODES = ['plain', 'busy', 'faulty'] as const;
export type ProgramMode = (typeof PROGRAM_MODES)[number];

export const SESSIONS = ['A', 'B', 'C'] as const;
export type SessionName = (typeof SESSIONS)[number];
export const KEYS = ['x', 'y', 'z'] as const;
export type Key = (typeof KEYS)[number];

export type Step = WriteStep | ReadStep | WaitStep;

interface Request {
  readonly session: SessionName;
  readonly pop: Pop;
}

/** One change, or several as a batch. */
export interface WriteStep extends Request {
  readonly kind: 'write';
  readonly changes: readonly Change[];
  readonly fault: WriteFault | 'none';
}

export const CHANGE_KINDS = ['put', 'patch', 'create', 'delete'] as const;
export const CONDITIONS = ['none', 'seen', 'outdated'] as const;

export interface Change {
  readonly kind: (typeof CHANGE_KINDS)[number];
  readonly key: Key;
  /** If-Match: the version that the session last saw, or the one before it. Without one, nothing is demanded. */
  readonly condition: (typeof CONDITIONS)[number];
}

export interface ReadStep extends Request {
  readonly kind: 'read';
  /** One document, or a page of all. */
  readonly of: Key | 'all';
  readonly how: ReadForm;
  readonly fault: ReadFault | 'none';
}

/**
 * - `plain`: a document, or a list
 * - `head`, `if-changed`: a document without its content, or only if it has another version than the session last saw
 * - `pages`, `join`: all of them on pages of one, or with the document that they belong to
 */
export const READ_FORMS = ['plain', 'head', 'if-changed', 'pages', 'join'] as const;
export type ReadForm = (typeof READ_FORMS)[number];

/** Time passes; nobody starts anything. */
export interface WaitStep {
  readonly kind: 'wait';
  readonly ms: number;
}

/** What may happen to one request of a faulty program (faults.ts says how). */
export const WRITE_FAULTS = [
  'reply-lost',
  'request-lost',
  'reply-cut',
  'reset-before-commit',
  'reset-after-commit',
  'overloaded',
] as const;
export type WriteFault = (typeof WRITE_FAULTS)[number];
export const READ_FAULTS = [
  'connection-lost',
  'cache-stale',
  'cache-empty',
  'cache-error',
  'sent-near',
  'sent-far',
] as const;
export type ReadFault = (typeof READ_FAULTS)[number];

import type { BehaviourInput } from '../../reference-worker/target/index.ts';

/** Whether the database has replicas, which session a client asks for, and when it keeps a bookmark. */
export interface SessionMode {
  readonly name: string;
  readonly meaning: string;
  /** What the Worker gives to `withSession`, unless the client holds a bookmark; undefined: no session at all. */
  readonly start: 'first-unconstrained' | 'first-primary' | undefined;
  /** From whose responses the client keeps the bookmark, if it is newer than the one it holds. */
  readonly bookmarkOf: 'nothing' | 'writes' | 'everything';
  /** Of the database: replicas that lag, unless it has none. */
  readonly readReplication?: NonNullable<BehaviourInput['readReplication']>;
}

export const SESSION_MODES: readonly SessionMode[] = [
  {
    name: 'no session',
    meaning: '`env.DB.prepare(...)`: every query goes to the primary.',
    start: undefined,
    bookmarkOf: 'nothing',
  },
  {
    name: 'first-unconstrained',
    meaning: "`withSession('first-unconstrained')` for every request: any replica may answer.",
    start: 'first-unconstrained',
    bookmarkOf: 'nothing',
  },
  {
    name: 'first-primary',
    meaning: "`withSession('first-primary')` for every request: the first query goes to the primary.",
    start: 'first-primary',
    bookmarkOf: 'nothing',
  },
  {
    name: 'bookmark carried',
    meaning: 'the client sends back the newest bookmark that a **write** returned to it.',
    start: 'first-unconstrained',
    bookmarkOf: 'writes',
  },
  {
    name: 'bookmark carried by reads too',
    meaning: 'the client sends back the newest bookmark of **any** response.',
    start: 'first-unconstrained',
    bookmarkOf: 'everything',
  },
  {
    name: 'replication off',
    meaning:
      'the database has no replicas, as one that is created and left alone: every session reads the primary. The session ' +
      "is `withSession('first-unconstrained')` for every request, the one that promises least: without KV nothing is ever " +
      'stale, and a guarded KV still answers, with what it holds, whoever sends no bookmark.',
    start: 'first-unconstrained',
    bookmarkOf: 'nothing',
    readReplication: 'disabled',
  },
];

/** What the Worker does with KV. */
export interface CacheMode {
  readonly id: 'none' | 'read-through' | 'guarded';
  readonly name: string;
  readonly meaning: string;
}

export const CACHE_MODES: readonly CacheMode[] = [
  { id: 'none', name: 'no KV', meaning: 'D1 answers everything.' },
  {
    id: 'read-through',
    name: 'read-through KV',
    meaning:
      'a read asks KV for each key, then D1 for what KV lacks, and puts that into KV; a write deletes the key from KV.',
  },
  {
    id: 'guarded',
    name: 'guarded KV',
    meaning:
      'an entry carries the bookmark at which it was true, and answers only a request that asks for no later one; ' +
      'what asks for the primary or for several keys at once goes to D1.',
  },
];

/** One line of the table: everything about a target that is varied. */
export interface Configuration {
  readonly session: SessionMode;
  readonly cache: CacheMode;
}

export const CONFIGURATIONS: readonly Configuration[] = SESSION_MODES.flatMap((session) =>
  CACHE_MODES.map((cache) => ({ session, cache })),
);

/** The later of two positions; the order of the text is their order (D1 glossary). */
export const later = (held: string | undefined, returned: string | undefined): string | undefined =>
  held === undefined || (returned !== undefined && returned > held) ? returned : held;

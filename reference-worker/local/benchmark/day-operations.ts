import type { Query } from '../d1/index.ts';
import { KvRefusal } from '../kv/index.ts';
import type { Chance } from '../latency/index.ts';
import type { Pop } from '../pops.ts';
import { DOCUMENTS, type Setup } from './day-setup.ts';

const KEYS = 200;
const READ = 'SELECT id, version, body FROM documents WHERE id = ?';
const WRITE =
  "UPDATE documents SET version = version + 1, body = printf('%.2000c', 'x') || version WHERE id = ?";

/** What a virtual user does, and how often. */
const SHARES = [
  ['read', 0.3],
  ['read with bookmark', 0.25],
  ['write', 0.15],
  ['change the schema', 0.0005],
  ['put', 0.1],
  ['get', 0.1995],
] as const;
type Kind = (typeof SHARES)[number][0];

export interface User {
  readonly pop: Pop;
  /** The newest that the user was given. */
  bookmark: string | undefined;
}

export interface DayAnswer {
  readonly outcome: unknown;
  readonly isFailed: boolean;
}

/** Begins one operation of a virtual user; its time passes when the platform's does. */
export async function perform(
  setup: Setup,
  user: User,
  operation: number,
  chance: Chance,
): Promise<DayAnswer> {
  const kind = kindFor(chance());
  const document = 1 + Math.floor(chance() * DOCUMENTS);
  const key = `key-${Math.floor(chance() * KEYS)}`;
  switch (kind) {
    case 'read':
      return query(setup, user, 'first-unconstrained', { sql: READ, params: [document] });
    case 'read with bookmark':
      return query(setup, user, user.bookmark ?? 'first-primary', { sql: READ, params: [document] });
    case 'write':
      return query(setup, user, user.bookmark, { sql: WRITE, params: [document] });
    case 'change the schema':
      return query(setup, user, user.bookmark, { sql: `CREATE TABLE of_operation_${operation} (a)` });
    case 'put':
      return settle(
        setup.namespace.put(user.pop, key, {
          value: Buffer.from(`${operation}`),
          metadata: undefined,
          expiration: null,
          expirationTtl: null,
        }),
      );
    case 'get':
      return settle(
        setup.namespace
          .get(user.pop, key, null)
          .then(({ entry, cacheStatus }) => [String(entry?.value), cacheStatus]),
      );
  }
}

async function query(
  { database }: Setup,
  user: User,
  token: string | undefined,
  query: Query,
): Promise<DayAnswer> {
  const { reply, lost } = await database.handle({ pop: user.pop, token, queries: [query] });
  // A reply that is lost takes its bookmark with it.
  if (!reply || lost) return { outcome: { lost }, isFailed: true };
  if (reply.bookmark !== undefined && (user.bookmark ?? '') < reply.bookmark) user.bookmark = reply.bookmark;
  return { outcome: reply, isFailed: 'error' in reply.outcome };
}

const settle = (work: Promise<unknown>): Promise<DayAnswer> =>
  work.then(
    (outcome = 'done') => ({ outcome, isFailed: false }),
    (error: unknown) => {
      if (error instanceof KvRefusal) return { outcome: error.message, isFailed: true };
      throw error;
    },
  );

function kindFor(drawn: number): Kind {
  let sum = 0;
  for (const [kind, share] of SHARES) {
    sum += share;
    if (drawn < sum) return kind;
  }
  return 'get';
}

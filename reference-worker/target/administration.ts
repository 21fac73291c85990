import type { Handle } from './operation.ts';
import type { TestAccount } from './test-account.ts';

/**
 * What whoever runs a Worker can do to its accounts and documents without asking it. How that is done, by SQL say, is known to the
 * system alone.
 */
export interface Administration {
  /** The database that says where each account is, as faults are aimed at it. */
  readonly accountDatabase: string;
  /** @throws PlatformError for an id that is taken, or is none, and for a shard that the account database does not list */
  addAccount(account: AddedAccount): Promise<void>;
  /** Removes accounts and their documents. @param shardIds where these may be */
  removeAccounts(accountIds: readonly string[], shardIds: readonly string[]): Promise<void>;
  setActive(accountId: string, isActive: boolean): Promise<void>;
  /** Says that an account is on another shard; its documents stay where they are. */
  setShard(accountId: string, shardId: string): Promise<void>;
  /** Gives the hostnames of each of two accounts to the other one. */
  exchangeDomains(one: string, other: string): Promise<void>;
  /** Bindings that no shard has: of other things, of none, and names that a program may trip over. */
  readonly wrongBindings: readonly string[];
  /**
   * Lets the account database list shards which its constraints would not take, for the time of some work.
   *
   * @param shards with their bindings; one without is not listed, although an account can be on it
   */
  withWrongShards(shards: readonly WrongShard[], work: () => Promise<void>): Promise<void>;
  /** A document as it lies on a shard; undefined where there is none. */
  storedOn(shardId: string, accountId: string, document: Handle): Promise<StoredContent | undefined>;
  /** Puts a document onto a shard, in place of what is there. */
  storeOn(shardId: string, accountId: string, document: Handle, content: StoredContent): Promise<void>;
  /** What each table of a shard holds, in figures that any write changes. */
  rowCounts(shardId: string): Promise<Readonly<Record<string, unknown>>>;
  /** The table of a resource is away, as before a migration that makes it, until the result is called. */
  hideTable(shardId: string, resource: string): Promise<() => Promise<void>>;
  /** The namespace of KV that holds copies of documents, and the key of a document in it. */
  readonly cache: {
    readonly namespace: string;
    keyOf(account: Pick<TestAccount, 'id'>, document: Handle): string;
  };
  /** Whether a word is a name that only whoever runs the Worker knows: of a table, a column, a binding. */
  isInternal(word: string): boolean;
}

export interface AddedAccount {
  /** A DNS label. */
  readonly id: string;
  readonly shardId: string;
  /** Hostnames of its own, beside the one below the base domain. */
  readonly domains?: readonly string[];
}

export interface WrongShard {
  readonly shardId: string;
  readonly binding: string | undefined;
}

export interface StoredContent {
  readonly version: number;
  /** JSON. */
  readonly body: string;
}

import type { Collection } from '../../fixtures/generator/ids.ts';

/** What a response to a request should look like. `account` is the one whose user asked. */
export type Expected = { readonly account: string } & (
  | {
      readonly shape: 'document';
      readonly collection: Collection;
      readonly id: string;
      /** What this user wrote: at exactly that version the field must still hold the value. */
      readonly written?: { readonly version: number; readonly field: string; readonly value: string };
    }
  | {
      readonly shape: 'list';
      readonly collection: Collection;
      readonly limit: number;
      readonly filter?: Filter;
      /** The id of a document this user created, in a list sorted by id, newest first. */
      readonly mustShow?: string;
    }
  | { readonly shape: 'finances'; readonly clientId: string }
  | {
      readonly shape: 'receipt';
      readonly collection: Collection;
      readonly id: string;
      readonly version: number;
    }
  // An error: nothing is known of it but that it must not show a document.
  | { readonly shape: 'problem' }
);

export interface Filter {
  readonly field: string;
  readonly match: 'equal' | 'prefix';
  readonly value: string;
}

export interface Envelope {
  /** Whose it should be. */
  readonly account: string;
  readonly collection: Collection;
  readonly id: string;
  readonly version: number;
  /** Empty when the body has none. */
  readonly canary: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A document that is named with its version, but not shown. */
export interface Mention {
  readonly collection: Collection;
  readonly id: string;
  readonly version: number;
}

/** What is needed of k6's Response. */
export interface Received {
  readonly body: unknown;
  /** Parses the body, in a third of the time that JSON.parse takes in k6. @throws when it is not JSON */
  json(): unknown;
}

export interface ReadBody {
  readonly documents: readonly Envelope[];
  readonly mention?: Mention;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Parses a body and takes it apart as expected.
 *
 * @throws Error saying what is missing or too much
 */
export function readBody(received: Received, expected: Expected): ReadBody {
  if (expected.shape === 'problem') return { documents: [] };
  const value = parseObject(received);
  switch (expected.shape) {
    case 'document':
      return { documents: [readEnvelope(value, expected.account, expected.collection)] };
    case 'list':
      return { documents: readItems(value, expected.account, expected.collection, expected.limit) };
    case 'finances': {
      const client = isObject(value.client) ? readMention(value.client, 'clients') : undefined;
      if (client?.id !== expected.clientId) throw new Error(`the join does not name ${expected.clientId}`);
      return { documents: readItems(value, expected.account, 'finances'), mention: client };
    }
    case 'receipt': {
      const { collection, id, version } = expected;
      const receipt = readMention(value, collection);
      if (receipt.id === id && receipt.version === version) return { documents: [], mention: receipt };
      throw new Error(`wrote ${id} v${version}, the receipt says ${receipt.id} v${receipt.version}`);
    }
  }
}

function parseObject(received: Received): Json {
  let value: unknown;
  try {
    value = received.json();
  } catch {
    throw new Error(`the body is not JSON: ${String(received.body).slice(0, 80)}`);
  }
  if (!isObject(value)) throw new Error('the body is not an object');
  return value;
}

function readItems(
  { items }: Json,
  account: string,
  collection: Collection,
  limit = Number.POSITIVE_INFINITY,
): Envelope[] {
  if (!Array.isArray(items)) throw new Error('the body has no items');
  if (items.length > limit) throw new Error(`${items.length} items, ${limit} were asked for`);
  const documents: Envelope[] = [];
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at];
    if (!isObject(item)) throw new Error('an item is not a document');
    documents.push(readEnvelope(item, account, collection));
  }
  return documents;
}

/** Each field is read once: in k6 every read of a parsed body makes its value anew. */
function readEnvelope(value: Json, account: string, collection: Collection): Envelope {
  const { body } = value;
  if (!isObject(body)) throw new Error(`${value.id} has no body`);
  const { canary } = body;
  const { id, version } = readMention(value, collection);
  return { account, collection, id, version, canary: typeof canary === 'string' ? canary : '', body };
}

function readMention({ id, _version: version }: Json, collection: Collection): Mention {
  if (typeof id !== 'string') throw new Error('a document has no id');
  if (typeof version !== 'number' || version < 1) throw new Error(`${id} has no version`);
  return { collection, id, version };
}

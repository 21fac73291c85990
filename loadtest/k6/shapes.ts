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

export interface ReadBody {
  readonly documents: readonly Envelope[];
  readonly mentions: readonly Mention[];
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Parses a body and takes it apart as expected.
 *
 * @throws Error saying what is missing or too much
 */
export function readBody(text: string, expected: Expected): ReadBody {
  if (expected.shape === 'problem') return { documents: [], mentions: [] };
  const value = parseObject(text);
  switch (expected.shape) {
    case 'document':
      return { documents: [readEnvelope(value, expected.collection)], mentions: [] };
    case 'list':
      return { documents: readItems(value, expected.collection, expected.limit), mentions: [] };
    case 'finances': {
      const client = isObject(value.client) ? readMention(value.client, 'clients') : undefined;
      if (client?.id !== expected.clientId) throw new Error(`the join does not name ${expected.clientId}`);
      return { documents: readItems(value, 'finances'), mentions: [client] };
    }
    case 'receipt': {
      const { collection, id, version } = expected;
      const receipt = readMention(value, collection);
      if (receipt.id === id && receipt.version === version) return { documents: [], mentions: [receipt] };
      throw new Error(`wrote ${id} v${version}, the receipt says ${receipt.id} v${receipt.version}`);
    }
  }
}

function parseObject(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`the body is not JSON: ${text.slice(0, 80)}`);
  }
  if (!isObject(value)) throw new Error('the body is not an object');
  return value;
}

function readItems({ items }: Json, collection: Collection, limit = Number.POSITIVE_INFINITY): Envelope[] {
  if (!Array.isArray(items)) throw new Error('the body has no items');
  if (items.length > limit) throw new Error(`${items.length} items, ${limit} were asked for`);
  return items.map((item) => {
    if (!isObject(item)) throw new Error('an item is not a document');
    return readEnvelope(item, collection);
  });
}

function readEnvelope(value: Json, collection: Collection): Envelope {
  const { id, version } = readMention(value, collection);
  if (!isObject(value.body)) throw new Error(`${id} has no body`);
  const canary = typeof value.body.canary === 'string' ? value.body.canary : '';
  return { collection, id, version, canary, body: value.body };
}

function readMention({ id, _version: version }: Json, collection: Collection): Mention {
  if (typeof id !== 'string') throw new Error('a document has no id');
  if (typeof version !== 'number' || version < 1) throw new Error(`${id} has no version`);
  return { collection, id, version };
}

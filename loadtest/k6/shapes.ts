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
  /** Of the field that the filter names, or that was written. */
  readonly shown: unknown;
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
  /**
   * @param path of gjson, https://github.com/tidwall/gjson/blob/master/SYNTAX.md
   * @returns what it selects; undefined when that is nothing, or when the body is not JSON
   */
  json(path: string): unknown;
}

export interface ReadBody {
  readonly documents: readonly Envelope[];
  readonly mention?: Mention;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Takes a body apart as expected. Asks for no more than is looked at: k6 finds that in the text without making values of
 * all the rest (npm run benchmark:verification).
 *
 * @throws Error saying what is missing or too much
 */
export function readBody(received: Received, expected: Expected): ReadBody {
  const { account } = expected;
  switch (expected.shape) {
    case 'problem':
      return { documents: [] };
    case 'document': {
      const { collection, written } = expected;
      const value = select(received, envelopePath(written?.field));
      return { documents: [readEnvelope(value, account, collection)] };
    }
    case 'list': {
      const { collection, filter, limit } = expected;
      return { documents: readItems(received, account, collection, { field: filter?.field, limit }) };
    }
    case 'finances': {
      const client = readMention(select(received, 'client.{id,_version}'), 'clients');
      if (client.id !== expected.clientId) throw new Error(`the join does not name ${expected.clientId}`);
      const documents = readItems(received, account, 'finances', { field: 'clientId' });
      return { documents, mention: client };
    }
    case 'receipt': {
      const { collection, id, version } = expected;
      const receipt = readMention(select(received, '{id,_version}'), collection);
      if (receipt.id === id && receipt.version === version) return { documents: [], mention: receipt };
      throw new Error(`wrote ${id} v${version}, the receipt says ${receipt.id} v${receipt.version}`);
    }
  }
}

const envelopePath = (shown: string | undefined): string =>
  `{id,_version,"canary":body.canary${shown === undefined ? '' : `,"shown":body.${shown}`}}`;

function readItems(
  received: Received,
  account: string,
  collection: Collection,
  { field, limit = Number.POSITIVE_INFINITY }: { field: string | undefined; limit?: number },
): Envelope[] {
  const items = select(received, `items.#.${envelopePath(field)}`);
  if (!Array.isArray(items)) throw new Error('the items are no list');
  if (items.length > limit) throw new Error(`${items.length} items, ${limit} were asked for`);
  const documents: Envelope[] = [];
  for (let at = 0; at < items.length; at += 1) documents.push(readEnvelope(items[at], account, collection));
  return documents;
}

function select(received: Received, path: string): Json {
  const selected = received.json(path);
  if (typeof selected === 'object' && selected !== null) return selected as Json;
  throw new Error(`the body is not JSON, or has no ${path}: ${String(received.body).slice(0, 80)}`);
}

function readEnvelope(value: Json, account: string, collection: Collection): Envelope {
  const { canary, shown } = value;
  const { id, version } = readMention(value, collection);
  return { account, collection, id, version, canary: typeof canary === 'string' ? canary : '', shown };
}

/** Each field is read once: in k6 every read makes its value anew. */
function readMention({ id, _version: version }: Json, collection: Collection): Mention {
  if (typeof id !== 'string') throw new Error('a document has no id');
  if (typeof version !== 'number' || version < 1) throw new Error(`${id} has no version`);
  return { collection, id, version };
}

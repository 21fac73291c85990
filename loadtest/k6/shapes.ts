import type { Collection } from '../../reference-worker/shared-shards/data/ids.ts';

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
  /** A document that is named with its version, but not shown. */
  readonly mention?: Envelope;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Takes a body apart as expected. Asks for no more than is looked at: k6 finds that in the text without making values of
 * all the rest (npm run internal -- benchmark:verification).
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
      const documents = readItems(received, expected, expected.collection);
      if (documents.length > expected.limit)
        throw new Error(`${documents.length} items, ${expected.limit} were asked for`);
      return { documents };
    }
    case 'finances': {
      const mention = readEnvelope(select(received, 'client.{id,_version}'), account, 'clients');
      if (mention.id !== expected.clientId) throw new Error(`the join does not name ${expected.clientId}`);
      return { documents: readItems(received, expected, 'finances'), mention };
    }
    case 'receipt': {
      const { collection, id, version } = expected;
      const mention = readEnvelope(select(received, '{id,_version}'), account, collection);
      if (mention.id === id && mention.version === version) return { documents: [], mention };
      throw new Error(`wrote ${id} v${version}, the receipt says ${mention.id} v${mention.version}`);
    }
  }
}

/** What every document of an answer must match. */
export function filterOf(expected: Expected): Filter | undefined {
  if (expected.shape === 'list') return expected.filter;
  return expected.shape === 'finances'
    ? { field: 'clientId', match: 'equal', value: expected.clientId }
    : undefined;
}

const envelopePath = (shown: string | undefined): string =>
  `{id,_version,"canary":body.canary${shown === undefined ? '' : `,"shown":body.${shown}`}}`;

function readItems(received: Received, expected: Expected, collection: Collection): Envelope[] {
  const items = select(received, `items.#.${envelopePath(filterOf(expected)?.field)}`);
  // Not Array.isArray: k6 would build all of Array for each user, 4 KB. Of what is no list gjson selects nothing, or {}.
  const { length } = items;
  if (typeof length !== 'number') throw new Error('the items are no list');
  const documents: Envelope[] = [];
  for (let at = 0; at < length; at += 1)
    documents.push(readEnvelope(items[at] as Json, expected.account, collection));
  return documents;
}

function select(received: Received, path: string): Json {
  const selected = received.json(path);
  if (typeof selected === 'object' && selected !== null) return selected as Json;
  throw new Error(`the body is not JSON, or has no ${path}: ${String(received.body).slice(0, 80)}`);
}

/** Each field is read once: in k6 every read makes its value anew. */
function readEnvelope(value: Json, account: string, collection: Collection): Envelope {
  const { id, _version: version, canary, shown } = value;
  if (typeof id !== 'string') throw new Error('a document has no id');
  if (typeof version !== 'number' || version < 1) throw new Error(`${id} has no version`);
  return { account, collection, id, version, canary: typeof canary === 'string' ? canary : '', shown };
}

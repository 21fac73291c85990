/** What a response to a request should look like. `account` is the one whose user asked. */
export type Expected = { readonly account: string } & (
  | (Kind & {
      readonly shape: 'document';
      /** Absent where only the answer tells it. */
      readonly id?: string;
      /** Set when it must show what this user wrote. */
      readonly written?: Written;
    })
  | (Kind & {
      readonly shape: 'list';
      readonly limit: number;
      readonly filter?: Match;
      /** The id of a document this user created, in a list sorted by id, newest first. */
      readonly mustShow?: string;
    })
  // A document, mentioned at least, and others that belong to it.
  | (Kind & {
      readonly shape: 'join';
      readonly id: string;
      /** Of which resource it is. */
      readonly parent: string;
      readonly filter?: Match;
      /** The path to what names it, or shows it whole. */
      readonly mention?: string;
      /** The server makes its ids, too. */
      readonly parentServerIds?: true;
    })
  | (Kind & { readonly shape: 'receipt'; readonly id?: string; readonly version?: number })
  // An error: nothing is known of it but that it must not show a document.
  | { readonly shape: 'problem' }
  // A page that anybody may look at: what it shows is of its account, and the one document that was asked for is on it.
  | { readonly shape: 'view'; readonly resource: string; readonly id?: string }
  // Nothing is known of it but that it must not show a document of another account.
  | { readonly shape: 'any' }
);

interface Kind {
  /** Of the documents in the answer. */
  readonly resource: string;
  /** The path of gjson to what is looked at, https://github.com/tidwall/gjson/blob/master/SYNTAX.md */
  readonly select: string;
  /** The documents of this system have no versions. */
  readonly unversioned?: true;
  /** The server makes their ids, so that what writes a canary does not know them. */
  readonly serverIds?: true;
}

export interface Written {
  /** Whether an answer that it is not there is a stale one. */
  readonly mustExist: boolean;
  /** At exactly this version the selected field must still hold the value. */
  readonly version?: number;
  readonly value?: string;
  /** What it held before, where there are no versions: it cannot hold that any more. */
  readonly before?: string;
}

export interface Match {
  readonly field: string;
  readonly match: 'equal' | 'prefix';
  readonly value: string;
}

export interface Envelope {
  readonly resource: string;
  readonly id: string;
  /** undefined where documents have none. */
  readonly version: number | undefined;
  /** Empty when the body has none. */
  readonly canary: string;
  /** Of the field that the filter names, or that was written. */
  readonly shown: unknown;
}

/** What is needed of k6's Response. */
export interface Received {
  readonly body: unknown;
  /** @returns what a path selects; undefined when that is nothing, or when the body is not JSON */
  json(path: string): unknown;
}

export interface ReadBody {
  readonly documents: readonly Envelope[];
  /** A document that is named with its version; it is shown whole where it has a canary. */
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
  switch (expected.shape) {
    case 'problem':
    case 'view':
    case 'any':
      return { documents: [] };
    case 'document':
      return { documents: [readEnvelope(select(received, expected.select), expected, expected.resource)] };
    case 'list': {
      const documents = readItems(received, expected);
      if (documents.length > expected.limit)
        throw new Error(`${documents.length} items, ${expected.limit} were asked for`);
      return { documents };
    }
    case 'join': {
      const { mention: path, parent, parentServerIds, id } = expected;
      if (path === undefined) return { documents: readItems(received, expected) };
      const { unversioned } = expected;
      const mention = readEnvelope(
        select(received, path),
        { ...(unversioned && { unversioned }), ...(parentServerIds && { serverIds: parentServerIds }) },
        parent,
      );
      if (mention.id !== id) throw new Error(`the join does not name ${id}`);
      return { documents: readItems(received, expected), mention };
    }
    case 'receipt': {
      const { resource, id, version } = expected;
      const mention = readEnvelope(select(received, expected.select), expected, resource);
      if ((id === undefined || mention.id === id) && mention.version === version)
        return { documents: [], mention };
      throw new Error(`wrote ${id} v${version}, the receipt says ${mention.id} v${mention.version}`);
    }
  }
}

type OfDocuments = Extract<Expected, Kind>;

/** What every document of an answer must match. */
export const filterOf = (expected: Expected): Match | undefined =>
  expected.shape === 'list' || expected.shape === 'join' ? expected.filter : undefined;

function readItems(received: Received, expected: OfDocuments): Envelope[] {
  const items = select(received, expected.select);
  // Not Array.isArray: k6 would build all of Array for each user, 4 KB. Of what is no list gjson selects nothing, or {}.
  const { length } = items;
  if (typeof length !== 'number') throw new Error('the items are no list');
  const documents: Envelope[] = [];
  for (let at = 0; at < length; at += 1)
    documents.push(readEnvelope(items[at] as Json, expected, expected.resource));
  return documents;
}

function select(received: Received, path: string): Json {
  const selected = received.json(path);
  if (typeof selected === 'object' && selected !== null) return selected as Json;
  throw new Error(`the body is not JSON, or has no ${path}: ${String(received.body).slice(0, 80)}`);
}

/** Each field is read once: in k6 every read makes its value anew. */
function readEnvelope(
  value: Json,
  { unversioned, serverIds }: Pick<Kind, 'unversioned' | 'serverIds'>,
  resource: string,
): Envelope {
  const { id: named, version, canary, shown } = value;
  const id = serverIds && typeof named === 'number' ? String(named) : named;
  if (typeof id !== 'string') throw new Error('a document has no id');
  const text = typeof canary === 'string' ? canary : '';
  if (unversioned) return { resource, id, version: undefined, canary: text, shown };
  if (typeof version !== 'number' || version < 1) throw new Error(`${id} has no version`);
  return { resource, id, version, canary: text, shown };
}

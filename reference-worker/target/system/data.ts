/**
 * The documents of a system as data: how many of each resource an account of some size has, and what each of them holds.
 * Everything follows from a seed and the document's place, so that any thread can make any part of an account.
 */
export interface DataModel<Name extends string = string> {
  /** Changes with any change that alters bytes: a data set of another version is not used again. */
  readonly version: string;
  /** The resources that an account is seeded with, each after those that its documents refer to. */
  readonly resources: readonly Name[];
  /** How the documents lie in a database; absent where they can be brought in through the Worker alone. */
  readonly storage?: DocumentStorage<Name>;
  /** What documents are drawn from, for the manifest of a data set. */
  readonly drawnFrom?: Readonly<Record<string, unknown>>;
  readonly dictionary: Dictionary<Name>;
  /**
   * Turns a size into exact counts of documents.
   *
   * @throws an error with a `code`, for an account that cannot be planned
   */
  plan(request: AccountRequest): AccountPlan<Name>;
  /** In how many parts an account is made, each by any thread; they follow one another in the order of `rowsOfUnit`. */
  unitCount(plan: AccountPlan): number;
  /** @param unit from 0 to unitCount(plan) - 1 */
  rowsOfUnit(plan: AccountPlan, unit: number): Iterable<DocumentRow<Name>>;
  /**
   * The ids that a unit answers for. Over all units they cover every possible id of every resource exactly once, and in a unit
   * each resource once at most, so that whoever compares unit by unit meets every row of an account, also one that was never
   * planned.
   */
  idRangesOf(plan: AccountPlan, unit: number): readonly IdRange<Name>[];
  /** The documents of one resource in the order of their ids, compared as text. */
  placesOf(plan: AccountPlan, resource: string): Iterable<DocumentPlace<Name>>;
  /** The document at a place, by itself. */
  rowAt(plan: AccountPlan, place: DocumentPlace): DocumentRow<Name>;
  /**
   * Prefixes that find something in this account, hot and cold by turns.
   *
   * @param count how many at most; a small account has fewer that are distinct
   */
  searchTerms(plan: AccountPlan, count: number): readonly SearchTerm<Name>[];
}

export interface AccountRequest {
  /** One DNS label. */
  readonly account: string;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** What the account shall add to a database, indexes included. */
  readonly sizeBytes: number;
  /** How many people work in the account: one per virtual user that shall have an identity of its own. */
  readonly users?: number;
  /** So many of each resource, instead of as many as the size takes; not every system can be planned so. */
  readonly documents?: number;
}

/** What one account holds, to the document. Plain JSON: it goes to threads, into manifests and to k6. */
export interface AccountPlan<Name extends string = string> {
  readonly account: string;
  readonly seed: number;
  readonly sizeBytes: number;
  /** Documents of each resource. */
  readonly counts: Readonly<Record<Name, number>>;
  /**
   * How many accounts it stands for, where it stands for a population: many small ones of one shape, which are seeded and loaded
   * together, and of which each user has its own.
   */
  readonly members?: number;
}

/** A document as it is brought into a system. */
export interface DocumentRow<Name extends string = string> {
  readonly resource: Name;
  readonly id: string;
  /** JSON, as JSON.stringify writes it. */
  readonly body: string;
  /** Whose it is, where the plan stands for many accounts. */
  readonly account?: string;
}

/** Where a document is in its plan: known without making its body. */
export interface DocumentPlace<Name extends string = string> {
  readonly resource: Name;
  readonly id: string;
  /** Of the document, or of the one that it belongs to; from 0. */
  readonly index: number;
  /** Which of those that belong together, from 0. */
  readonly n: number;
}

/** Ids from `from` (inclusive) to `before` (exclusive), compared as text. */
export interface IdRange<Name extends string = string> {
  readonly resource: Name;
  /** These are names of accounts, of whose documents none is left out: in a plan that stands for many. Of ids unless told otherwise. */
  readonly of?: 'accounts';
  readonly from: string;
  /** undefined: to the end, whatever there is. */
  readonly before: string | undefined;
}

export interface SearchTerm<Name extends string = string> {
  readonly resource: Name;
  /** An indexed field. */
  readonly field: string;
  readonly prefix: string;
}

export interface DocumentStorage<Name extends string = string> {
  /** The folder of the migrations of the database that holds documents. */
  readonly migrations: string;
  readonly tables: Readonly<Record<Name, DocumentTable>>;
  /**
   * Makes an account where its documents refer to one: a statement whose ?1 is the account's name, and which may be repeated.
   */
  readonly account?: string;
}

/** How the documents of a resource lie in a table: whole in a column of JSON (`body`), or a column for each field (`columns`). */
export interface DocumentTable {
  readonly table: string;
  /** The column of the account; absent where each account has a database of its own. */
  readonly account?: string;
  /**
   * What that column holds, as SQL in which ?1 is the account's name: `(SELECT id FROM users WHERE name = ?1)`. The name itself, unless
   * told otherwise.
   */
  readonly owner?: string;
  /** The column of the document's id. */
  readonly id: string;
  /** The column that holds the document as JSON. */
  readonly body?: string;
  /** By field: the column that holds it. Beside a `body` these are columns that the database generates from it. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that are the same in every document that was never changed. */
  readonly fixed?: Readonly<Record<string, number>>;
}

/** What a page about the documents says beyond what it can read off them. */
export interface Dictionary<Name extends string = string> {
  /** By resource, and then by field: what it means and how it is drawn. */
  readonly fields: Readonly<Record<Name, FieldNotes>>;
  /** What holds for all fields, in sentences. */
  readonly conventions?: string;
  /** More of the page, as Markdown. */
  more?(): string;
}

/** A description for a plain field, descriptions by name for an object. */
export type FieldNote = readonly [meaning: string, drawn: string] | FieldNotes;
export interface FieldNotes {
  readonly [field: string]: FieldNote;
}

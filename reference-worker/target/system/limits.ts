/** What the owner of a Worker states: the largest values that it accepts or takes. What is absent is not claimed. */
export interface Limits {
  /** Of a document's body, as JSON in UTF-8. */
  readonly bodyMaxBytes?: number;
  /** Of the body of a request. */
  readonly requestMaxBytes?: number;
  readonly batchMaxOperations?: number;
  readonly listMaxItems?: number;
  /** How many items a list shows that does not say how many. */
  readonly listDefaultItems?: number;
  /** In characters. */
  readonly idMaxLength?: number;
  /** In characters. */
  readonly indexedFieldMaxLength?: number;
  /** In UTF-8. */
  readonly prefixMaxBytes?: number;
  /** How often a read is tried while the database is interrupted, the first attempt included. */
  readonly readAttempts?: number;
  /** Within which every request notices that an account was deactivated, moved or renamed. */
  readonly accountTtlMs?: number;
}

/**
 * The newest version of each document that one virtual user has seen or written: what monotonic reads and read
 * your writes are judged by. Bounded, because thousands of users live in one k6; the document looked at longest
 * ago is forgotten first, which can hide a stale read but never invent one.
 */
export class VersionMemory {
  readonly #limit: number;
  readonly #versions = new Map<string, number>();

  /** @param limit how many documents are remembered, at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The newest version seen of `collection/id`; 0 when it is not remembered. */
  newest(document: string): number {
    return this.#versions.get(document) ?? 0;
  }

  saw(document: string, version: number): void {
    const newest = Math.max(version, this.newest(document));
    // Deleting first moves the entry to the end: a Map iterates in the order of insertion.
    this.#versions.delete(document);
    this.#versions.set(document, newest);
    if (this.#versions.size <= this.#limit) return;
    for (const oldest of this.#versions.keys()) {
      this.#versions.delete(oldest);
      return;
    }
  }
}

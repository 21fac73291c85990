/**
 * The newest version of each document that one virtual user has seen or written: what monotonic reads and read
 * your writes are judged by. Bounded, because thousands of users live in one k6; the document looked at longest
 * ago is forgotten first, which can hide a stale read but never invent one.
 */
export class VersionMemory {
  readonly #limit: number;
  // A plain object keeps the order of insertion for names like these. k6 would build all of Map for each user.
  readonly #versions: Record<string, number> = {};
  #count = 0;

  /** @param limit how many documents are remembered, at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The newest version seen of `collection/id`; 0 when it is not remembered. */
  newest(document: string): number {
    return this.#versions[document] ?? 0;
  }

  saw(document: string, version: number): void {
    const newest = this.newest(document);
    // Deleting first moves the entry to the end.
    if (newest > 0) delete this.#versions[document];
    else this.#count += 1;
    this.#versions[document] = Math.max(version, newest);
    if (this.#count <= this.#limit) return;
    for (const oldest in this.#versions) {
      delete this.#versions[oldest];
      this.#count -= 1;
      return;
    }
  }
}

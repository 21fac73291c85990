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

  /** @param document as `collection/id`. @returns the newest version seen before; 0 when none is remembered */
  saw(document: string, version: number): number {
    const versions = this.#versions;
    const newest = versions[document] ?? 0;
    // Deleting first moves the entry to the end.
    if (newest > 0) delete versions[document];
    else this.#count += 1;
    versions[document] = Math.max(version, newest);
    if (this.#count > this.#limit) this.#forgetOldest();
    return newest;
  }

  #forgetOldest(): void {
    for (const oldest in this.#versions) {
      delete this.#versions[oldest];
      this.#count -= 1;
      return;
    }
  }
}

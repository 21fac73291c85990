/**
 * The newest version of each document that one virtual user has seen or written: what monotonic reads and read
 * your writes are judged by. Nothing is older than version 1, so that need not be remembered: most documents cost nothing,
 * and thousands of users live in one k6. The rest is bounded: two generations of at most half the limit each, of which the
 * older is forgotten as a whole, which can hide a stale read but never invent one. In k6's engine a Map, or a delete for
 * each document seen, costs several times as much.
 */
export class VersionMemory {
  readonly #generationSize: number;
  #recent: Record<string, number> = {};
  #recentCount = 0;
  #older: Readonly<Record<string, number>> = {};

  /** @param limit how many documents are remembered at most, at least 2; those of its last half always are */
  constructor(limit: number) {
    this.#generationSize = Math.floor(limit / 2);
  }

  /** @param document as `collection/id`. @returns the newest version seen before; 1 when none is remembered */
  saw(document: string, version: number): number {
    const recent = this.#recent[document];
    const before = recent ?? this.#older[document] ?? 1;
    const newest = Math.max(version, before);
    if (newest === 1) return before;
    if (recent === undefined) this.#makeRoom();
    this.#recent[document] = newest;
    return before;
  }

  #makeRoom(): void {
    if (this.#recentCount === this.#generationSize) {
      this.#older = this.#recent;
      this.#recent = {};
      this.#recentCount = 0;
    }
    this.#recentCount += 1;
  }
}

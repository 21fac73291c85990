import { createHash } from 'node:crypto';

const SHAPE = /^([0-9a-f]{8})-([0-9a-f]{8})-00000000-([0-9a-f]{32})$/;
const hex = (value: number): string => value.toString(16).padStart(8, '0');

/**
 * Writes and reads the positions of one database, in D1's documented shape (hex 8-8-8-32, fixed width, lower case,
 * so that byte order and the client's localeCompare agree).
 *
 * The first group counts how often the database has been opened, the second the commits since; a position is that
 * number of commits. The last group names the database and never decides the order.
 */
export class Bookmarks {
  readonly #opened: number;
  readonly #tail: string;

  /** @param opened how often the database has been opened, this time included */
  constructor(databaseId: string, opened: number) {
    this.#opened = opened;
    this.#tail = createHash('sha256').update(databaseId).digest('hex').slice(0, 32);
  }

  at(position: number): string {
    return `${hex(this.#opened)}-${hex(position)}-00000000-${this.#tail}`;
  }

  /**
   * The position that a bookmark of this database stands for; 0 for one from before it was opened, which every
   * replica has reached.
   *
   * @returns undefined for garbage, for another database's, and for one from after `newest`
   */
  positionOf(bookmark: string, newest: number): number | undefined {
    const [, opened = '', commits = '', tail] = SHAPE.exec(bookmark) ?? [];
    if (tail !== this.#tail) return undefined;
    const openings = Number.parseInt(opened, 16);
    if (openings < this.#opened) return 0;
    const position = Number.parseInt(commits, 16);
    return openings === this.#opened && position <= newest ? position : undefined;
  }
}

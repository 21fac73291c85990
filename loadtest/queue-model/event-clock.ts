import type { Clock } from '../../reference-worker/target/index.ts';

interface Event {
  readonly atMs: number;
  readonly order: number;
  /** undefined: called off. */
  callback: (() => void) | undefined;
}

/**
 * A clock whose time is the next event: the simulation's, where nothing happens outside it. Events of one moment happen in
 * the order in which they were planned.
 */
export class EventClock implements Clock {
  #nowMs = 0;
  #planned = 0;
  /** A binary heap, the earliest first. */
  readonly #events: Event[] = [];

  now(): number {
    return this.#nowMs;
  }

  at(timeMs: number, callback: () => void): () => void {
    const event: Event = { atMs: Math.max(timeMs, this.#nowMs), order: this.#planned, callback };
    this.#planned += 1;
    this.#push(event);
    return () => {
      event.callback = undefined;
    };
  }

  /** Lets everything happen that is due before a moment. What an event sets in motion is an event, and no promise: they would cost ten times as much. */
  runUntil(endMs: number): void {
    for (let next = this.#pop(endMs); next; next = this.#pop(endMs)) {
      if (!next.callback) continue;
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = endMs;
  }

  #push(event: Event): void {
    const heap = this.#events;
    let hole = heap.length;
    heap.push(event);
    for (let parent = (hole - 1) >> 1; hole > 0; parent = (hole - 1) >> 1) {
      const above = heap[parent];
      if (!above || !isBefore(event, above)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = event;
  }

  #pop(endMs: number): Event | undefined {
    const heap = this.#events;
    const first = heap[0];
    if (!first || first.atMs >= endMs) return undefined;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let hole = 0;
    for (;;) {
      const [left, right] = [heap[2 * hole + 1], heap[2 * hole + 2]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!child || !isBefore(child, last)) break;
      heap[hole] = child;
      hole = 2 * hole + (isRight ? 2 : 1);
    }
    heap[hole] = last;
    return first;
  }
}

const isBefore = (one: Event, other: Event): boolean =>
  one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs;

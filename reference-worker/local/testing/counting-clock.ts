import { VirtualClock } from '../clock/index.ts';

/** A clock that knows how many of its timers are neither fired nor cancelled. */
export class CountingClock extends VirtualClock {
  pending = 0;

  override at(timeMs: number, callback: () => void): () => void {
    this.pending += 1;
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.pending -= 1;
      isOver = true;
    };
    const cancel = super.at(timeMs, () => {
      end();
      callback();
    });
    return () => {
      end();
      cancel();
    };
  }
}

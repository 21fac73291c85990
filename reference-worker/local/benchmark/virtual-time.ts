import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type PartResult, readable } from './aim.ts';
import { type Day, liveThroughDay } from './day.ts';
import type { PartContext } from './part.ts';

const OPERATIONS = 100_000;
const SECONDS_AT_MOST = 60;
const PROGRESS_EVERY_MS = 5_000;

/** The same day twice, and another one. */
export interface Days {
  readonly first: Day;
  readonly again: Day;
  readonly other: Day;
}

/** How long a day of virtual time takes, and whether the seed alone decides what happens in it. */
export async function measureVirtualTime(
  { folder, tell, signal }: PartContext,
  operations = OPERATIONS,
): Promise<PartResult> {
  const live = async (name: string, seed: number): Promise<Day> => {
    const dayFolder = join(folder, name);
    await mkdir(dayFolder);
    let toldAtMs = performance.now();
    const onProgress = (done: number): void => {
      signal.throwIfAborted();
      if (performance.now() - toldAtMs < PROGRESS_EVERY_MS) return;
      toldAtMs = performance.now();
      tell(`${name}: ${readable((100 * done) / operations)} %`);
    };
    const day = await liveThroughDay({ seed, operations, folder: dayFolder, onProgress });
    tell(`${name}: ${readable(day.seconds)} s`);
    return day;
  };
  const first = await live('seed 1', 1);
  const again = await live('seed 1 again', 1);
  return judgeDays({ first, again, other: await live('seed 2', 2) });
}

/** Holds the slowest day, the hashes and the faults against their aims. */
export function judgeDays({ first, again, other }: Days): PartResult {
  const days = [first, again, other];
  const unfired = days.flatMap(({ fired }) => Object.keys(fired).filter((id) => fired[id] === 0));
  const hashes = (of: readonly Day[]): { value: number; unit: string } => ({
    value: new Set(of.map(({ hash }) => hash)).size,
    unit: 'different hashes',
  });
  return {
    lines: [
      ...days.map(describeDay),
      `firings on the first day: ${Object.entries(first.fired)
        .map(([id, count]) => `${id} ${count}`)
        .join(', ')}`,
    ],
    aims: [
      {
        what: `24 hours with ${first.operations.toLocaleString('en-GB')} operations, the slowest of ${days.length} days`,
        measured: { value: Math.max(...days.map(({ seconds }) => seconds)), unit: 's' },
        bound: 'at most',
        limit: SECONDS_AT_MOST,
      },
      { what: 'the same seed twice', measured: hashes([first, again]), bound: 'at most', limit: 1 },
      { what: 'another seed', measured: hashes([first, other]), bound: 'at least', limit: 2 },
      {
        what: 'planned faults that did not fire',
        measured: { value: new Set(unfired).size, unit: 'faults' },
        bound: 'at most',
        limit: 0,
      },
    ],
  };
}

const describeDay = ({ operations, failed, virtualMs, seconds, hash }: Day): string =>
  `${readable(seconds)} s, ${readable(operations / seconds)} operations/s, ` +
  `virtual time ${readable(virtualMs / 1000 / seconds)} times as fast as real time, ` +
  `${failed} operations failed by plan, log ${hash.slice(0, 16)}`;

import { createHash } from 'node:crypto';
import { type Chance, chanceOf } from '../latency/index.ts';
import { POPS } from '../pops.ts';
import { DAY_MS } from './day-of-faults.ts';
import { type DayAnswer, perform, type User } from './day-operations.ts';
import { createSetup } from './day-setup.ts';

const VIRTUAL_USERS = 50;
/** Long enough for the last request and the longest of its waits. */
const EVENING_MS = 600_000;

export interface DayOptions {
  /** Of lags, delays, routes and faults. */
  readonly seed: number;
  readonly operations: number;
  /** Empty. */
  readonly folder: string;
  /** @param done operations begun so far */
  readonly onProgress?: (done: number) => void;
}

export interface Day {
  readonly operations: number;
  /** Answered with an error, or not at all. */
  readonly failed: number;
  readonly virtualMs: number;
  readonly seconds: number;
  /** Of every answer, in the order of the answers, each with its virtual time. */
  readonly hash: string;
  /** How often each planned fault fired. */
  readonly fired: Readonly<Record<string, number>>;
}

/**
 * A day of virtual time with lag, staleness and faults, and operations spread evenly over it.
 *
 * @throws an error that is neither D1's nor KV's
 */
export async function liveThroughDay({ seed, operations, folder, onProgress }: DayOptions): Promise<Day> {
  const startedAtMs = performance.now();
  const setup = await createSetup(seed, folder);
  // The same for every seed: what differs is what the data plane makes of it.
  const chance = chanceOf(0, 'programme');
  const users = Array.from(
    { length: VIRTUAL_USERS },
    (_, index): User => ({
      pop: POPS[index % POPS.length] ?? 'LHR',
      bookmark: undefined,
    }),
  );
  const log = createHash('sha256');
  let answered = 0;
  let failed = 0;
  const record = async (operation: number, answer: Promise<DayAnswer>): Promise<void> => {
    const { outcome, isFailed } = await answer;
    answered += 1;
    failed += isFailed ? 1 : 0;
    log.update(JSON.stringify([operation, setup.nowMs(), outcome]));
  };

  const running: Promise<void>[] = [];
  for (let operation = 0; operation < operations; operation++) {
    const user = pickFrom(users, chance);
    await setup.advanceTo(((operation + chance()) / operations) * DAY_MS);
    running.push(record(operation, perform(setup, user, operation, chance)));
    onProgress?.(operation + 1);
  }
  await setup.advanceTo(DAY_MS + EVENING_MS);
  // Promise.all would wait for ever, in silence: nothing else keeps the process alive.
  if (answered < operations) throw new Error(`${operations - answered} operations were never answered.`);
  await Promise.all(running);
  const fired = setup.fired();
  setup.close();
  return {
    operations,
    failed,
    virtualMs: DAY_MS,
    seconds: (performance.now() - startedAtMs) / 1000,
    hash: log.update(JSON.stringify(fired)).digest('hex'),
    fired,
  };
}

function pickFrom<Item>(items: readonly Item[], chance: Chance): Item {
  const item = items[Math.floor(chance() * items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

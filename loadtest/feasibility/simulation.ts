import type { Copy } from '../../reference-worker/target/index.ts';
import { chanceOf } from '../../reference-worker/target/index.ts';

/** What became of the copy in so much virtual time. Ages are those of documents, each of which counts as one. */
export interface SimulatedCopy {
  readonly durationMs: number;
  readonly runs: number;
  readonly calls: number;
  /** The most calls in any period of the budget's length. */
  readonly mostCallsInPeriod: number;
  /** Documents that were refreshed, as often as they were. */
  readonly refreshed: number;
  /** At the end. */
  readonly age: { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number };
  /** The oldest that any document ever was: when it was refreshed, or at the end. */
  readonly oldestMs: number;
  /** Documents that are no older than promised at the end, as a share. */
  readonly withinPromise: number;
}

export const WEEK_MS = 7 * 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Lets the schedule and the looks of people work on a copy of full size, in virtual time. Everything is fresh at the beginning; a run
 * refreshes the oldest first, a look what it shows, and neither makes a call that the budget does not have. A call takes no time.
 *
 * @param durationMs a whole number of minutes
 * @param seed decides who looks at what
 */
export function simulateCopy(copy: Copy, durationMs: number, seed: number): SimulatedCopy {
  const { documents, perCall, perAccount, refresh, look, freshWithinMs } = copy;
  const units = new ByAge(Math.ceil(documents / perCall));
  const budget = new SlidingBudget(copy.budget);
  const chance = chanceOf(seed, 'feasibility', 'looks');
  const accounts = Math.ceil(documents / perAccount);
  let [runs, calls, oldestMs] = [0, 0, 0];
  const renew = (unit: number, nowMs: number): void => {
    budget.spend(nowMs);
    calls += 1;
    oldestMs = Math.max(oldestMs, nowMs - units.atMs(unit));
    units.renew(unit, nowMs);
  };
  const run = (nowMs: number): void => {
    runs += 1;
    for (let left = Math.ceil(refresh.documentsPerRun / perCall); left > 0; left -= 1) {
      const unit = units.oldest;
      const isDue = nowMs - units.atMs(unit) > refresh.olderThanMs;
      if (!isDue || budget.left(nowMs) === 0) return;
      renew(unit, nowMs);
    }
  };
  const lookAt = (account: number, nowMs: number, olderThanMs: number): void => {
    const first = Math.floor((account * perAccount) / perCall);
    const last = Math.min(units.size, Math.ceil(((account + 1) * perAccount) / perCall));
    for (let unit = first; unit < last; unit += 1)
      if (nowMs - units.atMs(unit) > olderThanMs && budget.left(nowMs) > 0) renew(unit, nowMs);
  };
  let looks = 0;
  for (let nowMs = MINUTE_MS; nowMs <= durationMs; nowMs += MINUTE_MS) {
    if (nowMs % refresh.everyMs < MINUTE_MS) run(nowMs);
    if (!look) continue;
    for (; looks < (look.accountsPerHour * nowMs) / (60 * MINUTE_MS); looks += 1)
      lookAt(Math.floor(chance() * accounts), nowMs, look.olderThanMs);
  }
  const ages = units.agesMs(durationMs).sort();
  const at = (share: number): number =>
    ages[Math.min(ages.length - 1, Math.ceil(share * ages.length) - 1)] ?? 0;
  return {
    ...{ durationMs, runs, calls, mostCallsInPeriod: budget.most, refreshed: calls * perCall },
    age: { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) },
    oldestMs: Math.max(oldestMs, at(1)),
    withinPromise: ages.findLastIndex((age) => age <= freshWithinMs) / ages.length + 1 / ages.length,
  };
}

/** What is refreshed by one call, in the order of its age: a list that is linked both ways, so that nothing is ever sorted. */
class ByAge {
  readonly size: number;
  readonly #atMs: Float64Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(size: number) {
    this.size = size;
    this.#atMs = new Float64Array(size);
    // The last place is the head of the list.
    this.#next = Int32Array.from({ length: size + 1 }, (_, at) => (at === size ? 0 : at + 1));
    this.#previous = Int32Array.from({ length: size + 1 }, (_, at) => (at === 0 ? size : at - 1));
  }

  get oldest(): number {
    return this.#next[this.size] ?? 0;
  }

  atMs(unit: number): number {
    return this.#atMs[unit] ?? 0;
  }

  renew(unit: number, nowMs: number): void {
    this.#atMs[unit] = nowMs;
    this.#link(this.#previous[unit] ?? 0, this.#next[unit] ?? 0);
    this.#link(this.#previous[this.size] ?? 0, unit);
    this.#link(unit, this.size);
  }

  agesMs(nowMs: number): Float64Array {
    return this.#atMs.map((atMs) => nowMs - atMs);
  }

  #link(before: number, after: number): void {
    this.#next[before] = after;
    this.#previous[after] = before;
  }
}

/** The calls of the last period: any period of the budget's length has to do with as many. */
class SlidingBudget {
  readonly #budget: Copy['budget'];
  #spent: { readonly atMs: number; calls: number }[] = [];
  #sum = 0;
  most = 0;

  constructor(budget: Copy['budget']) {
    this.#budget = budget;
  }

  left(nowMs: number): number {
    while (this.#spent[0] && this.#spent[0].atMs <= nowMs - this.#budget.withinMs)
      this.#sum -= this.#spent.shift()?.calls ?? 0;
    return this.#budget.calls - this.#sum;
  }

  spend(nowMs: number): void {
    const last = this.#spent.at(-1);
    if (last?.atMs === nowMs) last.calls += 1;
    else this.#spent.push({ atMs: nowMs, calls: 1 });
    this.#sum += 1;
    this.most = Math.max(this.most, this.#sum);
  }
}

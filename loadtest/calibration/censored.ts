import type { Estimates, IntervalEstimate } from './quantiles.ts';

/** A duration that nobody saw, but that was longer than one time and at most as long as another, which may be Infinity. */
export interface Between {
  readonly overMs: number;
  readonly atMostMs: number;
}

/** What a profile states of a duration, in milliseconds. */
export type Knots = readonly [min: number, p50: number, p95: number, p99: number];

/** Where a stated number lies on the axis of unit exponentials. */
const PLACES: Knots = [0, -Math.log(0.5), -Math.log(0.05), -Math.log(0.01)];
/** Half of the quantile of chi-squared with one degree of freedom, 95 %. */
const DROP = 3.841 / 2;
/** No time is told more finely. */
const LEAST_MS = 0.001;
const IMPOSSIBLE = 1e-9;

/**
 * The stated numbers of a duration that was only bracketed, by maximum likelihood in the family of distributions that a profile
 * can state (exponential between the stated numbers), and their intervals by the likelihood ratio (Wilks 1938).
 *
 * @param observations some that are bounded above, and some that are bounded below
 * @param inflation how many observations count as one, at least 1: those that follow each other may be alike
 */
export function fitBetween(observations: readonly Between[], inflation: number): Estimates {
  const logLikelihood = (knots: Knots): number => logLikelihoodOf(knots, observations);
  const best = climb(logLikelihood, startOf(observations), undefined);
  const least = best.value - DROP * inflation;
  const boundOf = (of: number, direction: 1 | -1): number =>
    boundTo(direction, best.knots, of, (knots) => climb(logLikelihood, knots, of), least);
  const estimateOf = (of: number): IntervalEstimate => ({
    value: best.knots[of] ?? 0,
    low: boundOf(of, -1),
    high: boundOf(of, 1),
    samples: observations.length,
  });
  return { min: estimateOf(0), p50: estimateOf(1), p95: estimateOf(2), p99: estimateOf(3) };
}

/** The stated numbers of the most likely distribution, without their intervals. */
export const likeliest = (observations: readonly Between[]): Knots =>
  climb((knots) => logLikelihoodOf(knots, observations), startOf(observations), undefined).knots;

/** The duration that this share stays under. */
export function quantileAt(knots: Knots, share: number): number {
  const place = -Math.log1p(-share);
  const above = Math.max(
    1,
    Math.min(
      3,
      PLACES.findIndex((each) => each > place),
    ),
  );
  const segment = place >= PLACES[3] ? 3 : above;
  const [low = 0, high = 0] = [knots[segment - 1], knots[segment]];
  const [from = 0, to = 1] = [PLACES[segment - 1], PLACES[segment]];
  return low + ((place - from) / (to - from)) * (high - low);
}

/** The share of durations that are longer. */
function survival([min, p50, p95, p99]: Knots, ms: number): number {
  if (ms <= min) return 1;
  if (ms === Number.POSITIVE_INFINITY) return 0;
  const between = (low: number, high: number, from: number, to: number): number =>
    Math.exp(-(from + ((ms - low) / Math.max(LEAST_MS, high - low)) * (to - from)));
  if (ms < p50) return between(min, p50, PLACES[0], PLACES[1]);
  return ms < p95 ? between(p50, p95, PLACES[1], PLACES[2]) : between(p95, p99, PLACES[2], PLACES[3]);
}

function logLikelihoodOf(knots: Knots, observations: readonly Between[]): number {
  const [min, p50, p95, p99] = knots;
  if (min < 0 || p50 < min || p95 < p50 || p99 < p95) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const { overMs, atMostMs } of observations)
    sum += Math.log(Math.max(IMPOSSIBLE, survival(knots, overMs) - survival(knots, atMostMs)));
  return sum;
}

/** From the middles of what was bracketed on both sides, or else from the times themselves. */
function startOf(observations: readonly Between[]): Knots {
  const finite = observations.filter(({ atMostMs }) => Number.isFinite(atMostMs));
  const from = finite.length > 0 ? finite : observations.map(({ overMs }) => ({ overMs, atMostMs: overMs }));
  const sorted = from
    .map(({ overMs, atMostMs }) => (Math.max(0, overMs) + atMostMs) / 2)
    .toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const p50 = Math.max(10 * LEAST_MS, at(0.5));
  const p95 = Math.max(1.5 * p50, at(0.95));
  return [p50 / 2, p50, p95, Math.max(1.2 * p95, at(0.99))];
}

interface Climbed {
  readonly knots: Knots;
  readonly value: number;
}

const FIRST_STEP = 0.3;
const LAST_STEP = 0.002;

/**
 * Pattern search (Hooke and Jeeves 1961) over the four numbers, each by factors.
 *
 * @param fixed which of them stays as it is
 */
function climb(logLikelihood: (knots: Knots) => number, start: Knots, fixed: number | undefined): Climbed {
  let base: Climbed = { knots: start, value: logLikelihood(start) };
  let step = FIRST_STEP;
  const explored = (from: Climbed): Climbed => {
    let at = from;
    for (let of = 0; of < start.length; of += 1) {
      if (of === fixed) continue;
      for (const factor of [1 + step, 1 / (1 + step)]) {
        const knots = withKnot(at.knots, of, Math.max(LEAST_MS, (at.knots[of] ?? 0) * factor));
        const value = logLikelihood(knots);
        if (value <= at.value) continue;
        at = { knots, value };
        break;
      }
    }
    return at;
  };
  while (step > LAST_STEP) {
    const next = explored(base);
    if (next.value <= base.value) {
      step /= 2;
      continue;
    }
    const { knots: was } = base;
    const ahead = next.knots.map((knot, of) => (knot * knot) / Math.max(LEAST_MS, was[of] ?? 0));
    const leap = explored(climbedAt(logLikelihood, asKnots(ahead)));
    base = leap.value > next.value ? leap : next;
  }
  return base;
}

const climbedAt = (logLikelihood: (knots: Knots) => number, knots: Knots): Climbed => ({
  knots,
  value: logLikelihood(knots),
});

const asKnots = ([min = 0, p50 = 0, p95 = 0, p99 = 0]: readonly number[]): Knots => [min, p50, p95, p99];
const withKnot = (knots: Knots, of: number, value: number): Knots =>
  asKnots(knots.map((knot, at) => (at === of ? value : knot)));

/** A bound beyond this factor is none. */
const FARTHEST = 1_000;
const HALVINGS = 7;

/** How far one number can go, the others following it, before the likelihood falls below `least`. */
function boundTo(
  direction: 1 | -1,
  knots: Knots,
  of: number,
  climbFrom: (knots: Knots) => Climbed,
  least: number,
): number {
  const best = knots[of] ?? 0;
  let followed = knots;
  const isInside = (value: number): boolean => {
    const moved = followed.map((knot, at) =>
      at === of ? value : at < of ? Math.min(knot, value) : Math.max(knot, value),
    );
    const climbed = climbFrom(asKnots(moved));
    if (climbed.value < least) return false;
    followed = climbed.knots;
    return true;
  };
  let [inside, outside] = [1, 1.05];
  while (isInside(best * outside ** direction)) {
    inside = outside;
    outside **= 2;
    if (outside > FARTHEST) return direction === 1 ? Number.POSITIVE_INFINITY : 0;
  }
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = Math.sqrt(inside * outside);
    if (isInside(best * middle ** direction)) inside = middle;
    else outside = middle;
  }
  return best * outside ** direction;
}

/**
 * How many of these count as one: 1 for values that are independent of those before them, more where they hold on (the integrated
 * autocorrelation time, over lags until it is gone: Sokal, "Monte Carlo methods in statistical mechanics", 1997).
 *
 * @param series each in the order of time
 */
export function inflationOf(series: readonly (readonly number[])[]): number {
  const ranked = series.filter((each) => each.length > 10).map(ranksOf);
  if (ranked.length === 0) return 1;
  let time = 1;
  for (let lag = 1; lag < 40; lag += 1) {
    const at = ranked.map((each) => autocorrelation(each, lag));
    const mean = at.reduce((sum, each) => sum + each, 0) / at.length;
    if (mean < 0.05) break;
    time += 2 * mean;
  }
  return time;
}

/** Of ranks, because one rare long value would hide how alike the others are. */
function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (const [rank, at] of order.entries()) ranks[at] = rank - (values.length - 1) / 2;
  return ranks;
}

function autocorrelation(values: readonly number[], lag: number): number {
  const products = values.slice(lag).map((each, at) => each * (values[at] ?? 0));
  const squares = values.map((each) => each ** 2);
  const total = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0);
  return total(products) / Math.max(Number.MIN_VALUE, total(squares));
}

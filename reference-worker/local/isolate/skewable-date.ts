/** A `Date` whose idea of the current time can be shifted; everything else about it is the real one's. */
export interface SkewableDate {
  readonly Date: DateConstructor;
  /** Shifts the current time by this many milliseconds from now on; negative for a clock that is slow. */
  setSkew(skewMs: number): void;
}

/**
 * Takes over `actual`: its `now` and its prototype's `constructor` lead to the shifted clock afterwards, so that
 * no path through `Date` is left to the real one. `performance.now()` measures durations and is left alone, although
 * it counts from 1970 in workerd; so is a format of `Intl` that is given no date.
 */
export function skewableDate(actual: DateConstructor): SkewableDate {
  let skewMs = 0;
  const actualNow = actual.now;
  const now = (): number => {
    const nowMs = actualNow();
    // While modules load there is no clock (it reads 0), however wrong the clock is.
    return nowMs === 0 ? 0 : nowMs + skewMs;
  };
  const skewed = new Proxy(actual, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
  });
  actual.now = now;
  Object.defineProperty(actual.prototype, 'constructor', { value: skewed });
  return {
    Date: skewed,
    setSkew: (ms) => {
      skewMs = ms;
    },
  };
}

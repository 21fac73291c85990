/** The chance that so many of the requests or more look as they do by chance alone must be as small as this. */
const ALPHA = 0.01;
const STEPS = 40;

/**
 * The least share of failing requests that explains so many failures: the lower end of the interval of Clopper and Pearson
 * ("The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26(4), 1934), one-sided, at
 * 99 %.
 *
 * @param failures at most `requests`
 * @param requests at least 1
 * @returns 0 to 1
 */
export function certainShare(failures: number, requests: number): number {
  if (failures === 0) return 0;
  let low = 0;
  let high = failures / requests;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (chanceOfAtLeast(failures, requests, middle) < ALPHA) low = middle;
    else high = middle;
  }
  return low;
}

/** That a binomial count reaches a number; in logarithms, because a single term may be too small for a double. */
function chanceOfAtLeast(count: number, of: number, share: number): number {
  let term = of * Math.log1p(-share);
  let below = 0;
  for (let k = 0; k < count; k += 1) {
    below += Math.exp(term);
    term += Math.log((of - k) / (k + 1)) + Math.log(share) - Math.log1p(-share);
  }
  return Math.max(0, 1 - below);
}

const STEPS = 256;
const HALVINGS = 45;

/**
 * The quantile of Student's t distribution, to six digits.
 *
 * With t = sqrt(n) tan(angle) the density is proportional to cos(angle)^(n - 1) (Student, "The probable error of a mean",
 * Biometrika 6(1), 1908), so that the probability is a ratio of two integrals without a gamma function. They are done by
 * Simpson's rule, and the angle is found by halving.
 *
 * @param probability from 0.5 to under 1, as in 0.975 for one end of a 95 % interval
 * @param degreesOfFreedom a whole number, at least 1
 */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  const key = `${probability}/${degreesOfFreedom}`;
  const known = found.get(key) ?? findQuantile(probability, degreesOfFreedom);
  found.set(key, known);
  return known;
}

/** A comparison asks for one and the same a dozen times, and each takes thousands of cosines. */
const found = new Map<string, number>();

function findQuantile(probability: number, degreesOfFreedom: number): number {
  const mass = (angle: number): number => simpson((x) => Math.cos(x) ** (degreesOfFreedom - 1), angle);
  const wanted = (2 * probability - 1) * mass(Math.PI / 2);
  let [low, high] = [0, Math.PI / 2];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (mass(middle) < wanted) low = middle;
    else high = middle;
  }
  return Math.sqrt(degreesOfFreedom) * Math.tan((low + high) / 2);
}

/** The integral from 0 to `end`. */
function simpson(integrand: (x: number) => number, end: number): number {
  const width = end / STEPS;
  let sum = integrand(0) + integrand(end);
  for (let step = 1; step < STEPS; step += 1) sum += (step % 2 === 1 ? 4 : 2) * integrand(step * width);
  return (sum * width) / 3;
}

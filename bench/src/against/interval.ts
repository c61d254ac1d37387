/** How many times the cost of the old build the new one has, with the interval that holds the true ratio. */
export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** `ok`: the whole interval is within the bound. `FAIL`: all of it lies beyond. `unclear`: it contains the bound. */
export type Verdict = 'ok' | 'unclear' | 'FAIL';

/** Quantile of the normal distribution for two-sided 95 %. */
const Z = 1.959964;
/** The same of Student's t for 1 to 10 degrees of freedom, where the expansion below is not exact enough. */
const T = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281];

/**
 * Returns the geometric mean of ratios with its 95 % confidence interval, from Student's t distribution. Each ratio must
 * come from its own processes: rounds within one process share its compiled code and heap, so they do not show
 * how much two processes of one and the same build differ.
 *
 * @param logRatios natural logarithms of at least two ratios.
 * @throws RangeError for fewer.
 */
export function ratioInterval(logRatios: readonly number[]): RatioInterval {
  const count = logRatios.length;
  if (count < 2) {
    throw new RangeError(`an interval needs at least two ratios, got ${count}`);
  }
  const mean = logRatios.reduce((sum, value) => sum + value, 0) / count;
  const squares = logRatios.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = studentT(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { ratio: Math.exp(mean), low: Math.exp(mean - reach), high: Math.exp(mean + reach) };
}

/** Judges the cost of the new build: `bound` is the highest ratio accepted, for example 1.02. */
export function judge({ low, high }: RatioInterval, bound: number): Verdict {
  if (low > bound) {
    return 'FAIL';
  }
  return high > bound ? 'unclear' : 'ok';
}

/** The Cornish-Fisher expansion of the quantile, exact to 0.001 beyond ten degrees of freedom. */
function studentT(degrees: number): number {
  return T[degrees - 1] ?? Z + (Z ** 3 + Z) / (4 * degrees) + 2.8226 / degrees ** 2;
}

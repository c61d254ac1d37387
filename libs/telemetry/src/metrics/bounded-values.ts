/** What values beyond the bound are counted as. */
export const OTHER = 'other';

/**
 * Values of one label. Those that come first keep their own time series, all later ones share `other`: callers and
 * addresses come from outside, and every new one would cost memory here and in Prometheus for good.
 */
export class BoundedValues {
  private readonly known = new Set<string>();

  constructor(private readonly max: number) {}

  /** The value itself, or `other` once the bound is reached. */
  admit(value: string): string {
    if (this.known.has(value)) return value;
    if (this.known.size >= this.max) return OTHER;
    this.known.add(value);
    return value;
  }
}

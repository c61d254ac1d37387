/**
 * A whole number of 0 or more from the environment.
 *
 * @throws RangeError for anything else: a typing error in a manifest must not become a port or a time.
 */
export function environmentNumber(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') {
    return fallback;
  }
  if (!/^\d{1,9}$/.test(text)) {
    throw new RangeError(`${name} must be a whole number of 0 or more, got "${text}"`);
  }
  return Number(text);
}

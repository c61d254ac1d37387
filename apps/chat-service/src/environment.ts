/** Variables whose value is a port. */
const PORT = /PORT$/;

/**
 * A whole number of 0 or more from the environment, for a port at most 65,535.
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
  const value = Number(text);
  if (PORT.test(name) && value > 65_535) {
    throw new RangeError(`${name} must be a port from 0 to 65535, got "${text}"`);
  }
  return value;
}

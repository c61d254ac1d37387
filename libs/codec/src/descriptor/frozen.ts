/** Makes a constant refuse every change, in all its parts; a frozen Map would still take entries. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) {
    return value;
  }
  if (value instanceof Map) {
    Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
    for (const entry of value) {
      entry.forEach(frozen);
    }
  }
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

function refuse(): never {
  throw new TypeError('a constant cannot be changed');
}

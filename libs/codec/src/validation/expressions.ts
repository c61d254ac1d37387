/** How two scalars stand to each other: below 0, 0 or above 0; `undefined` if they cannot be compared. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (isNumeric(a) && isNumeric(b)) {
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : undefined;
  }
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return compareBytes(a, b);
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') {
    return Number(a) - Number(b);
  }
  return undefined;
}

/** `@len`: bytes of a text or Buffer, elements or entries of a container. */
export function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  if (Array.isArray(value) || value instanceof Uint8Array) {
    return value.length;
  }
  if (value instanceof Map || value instanceof Set) {
    return value.size;
  }
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

/** `@equal`. */
export function equal(a: unknown, b: unknown): boolean | undefined {
  return isAbsent(a) || isAbsent(b) ? undefined : compare(a, b) === 0;
}

/** `@add`: of two numbers or two texts. */
export function add(a: unknown, b: unknown): bigint | number | string | undefined {
  if (typeof a === 'string' && typeof b === 'string') {
    return a + b;
  }
  if (typeof a === 'number' && typeof b === 'number') {
    return a + b;
  }
  return wholeNumbers(a, b, (x, y) => x + y);
}

/** `@mod`: of two integers; nothing if the second is 0. */
export function mod(a: unknown, b: unknown): bigint | undefined {
  return wholeNumbers(a, b, (x, y) => (y === 0n ? undefined : x % y));
}

/** `@now_unix_nano`. */
export function nowUnixNano(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** `@sprintf` with the verbs `%s`, `%d`, `%v`, `%q`, `%t`, `%f` and `%%`; nothing if an argument is absent. */
export function sprintf(format: unknown, ...values: readonly unknown[]): string | undefined {
  if (typeof format !== 'string' || values.some(isAbsent)) {
    return undefined;
  }
  let used = 0;
  return format.replace(/%([sdvqtf%])/g, (_verb, letter: string) => {
    if (letter === '%') {
      return '%';
    }
    const value = values[used++];
    if (letter === 'q') {
      return JSON.stringify(String(value));
    }
    return letter === 'f' ? Number(value).toFixed(6) : String(value);
  });
}

/** The number that the decimal text of a 64-bit integer stands for. */
export function integer(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}

function wholeNumbers(
  a: unknown,
  b: unknown,
  combine: (a: bigint, b: bigint) => bigint | undefined,
): bigint | undefined {
  return isInteger(a) && isInteger(b) ? combine(BigInt(a), BigInt(b)) : undefined;
}

function compareBytes(a: unknown, b: unknown): number | undefined {
  const bytes = (value: unknown): Buffer | undefined =>
    typeof value === 'string' || value instanceof Uint8Array ? Buffer.from(value) : undefined;
  const [first, second] = [bytes(a), bytes(b)];
  return first && second && Buffer.compare(first, second);
}

function isNumeric(value: unknown): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function isInteger(value: unknown): value is bigint | number {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

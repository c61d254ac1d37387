const MAX_DEPTH = 6;
/** Of a list or an object; options that people write are shorter. */
const MAX_ENTRIES = 100;
const MAX_TEXT = 500;
const REDACTED = '[redacted]';
/** Names of options that usually hold secrets. */
const SECRET =
  /pass|pwd|secret|token|credential|auth|cookie|private|(api|access|signing|encryption)[-_. ]?key|^(key|cert|ca|pfx|crl|ticketkeys)$/i;
/** `user:password@` in a URL. */
const USER_INFO = /(\/\/)[^/@\s]+@/g;

/**
 * Options as they may be shown: what could be a secret is hidden by its name; keys, certificates and other bytes are;
 * functions and objects of classes (etcd clients, resolvers, loggers) are named and not looked into.
 */
export function redactOptions(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return shorten(value.replaceAll(USER_INFO, `$1${REDACTED}@`));
  }
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (typeof value === 'function') {
    return `[function ${value.name || 'anonymous'}]`;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (value instanceof Uint8Array) {
    return REDACTED;
  }
  if (depth === MAX_DEPTH) {
    return '[…]';
  }
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ENTRIES).map((element) => redactOptions(element, depth + 1));
  }
  if (!isPlain(value)) {
    return `[${value.constructor.name || 'object'}]`;
  }
  if (isService(value)) {
    return value.name;
  }
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, redactEntry(name, entry, depth + 1)]),
  );
}

function redactEntry(name: string, value: unknown, depth: number): unknown {
  const isEmpty = value === undefined || value === null || typeof value === 'boolean';
  return SECRET.test(name) && !isEmpty ? REDACTED : redactOptions(value, depth);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype as object) === null;
}

/** The definition of a service, with all its codecs. */
function isService(value: object): value is { name: string } {
  const { name, methods } = value as { name?: unknown; methods?: unknown };
  return typeof name === 'string' && typeof methods === 'object';
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

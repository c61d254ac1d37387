import type { HeaderInfo } from './header-info.js';
import { PERSISTENT_PREFIX, TRANSIENT_PREFIX, UPSTREAM_PREFIX } from './header-keys.js';

const NONE: ReadonlyMap<string, string> = new Map();

/** Transient values of a received header, without their prefix. Empty keys and values do not count. */
export function readTransient(info: HeaderInfo | undefined): ReadonlyMap<string, string> {
  return readPrefixed(info, TRANSIENT_PREFIX, UPSTREAM_PREFIX);
}

/** Persistent values of a received header, without their prefix. Empty keys and values do not count. */
export function readPersistent(info: HeaderInfo | undefined): ReadonlyMap<string, string> {
  return readPrefixed(info, PERSISTENT_PREFIX, undefined);
}

/** Adds values to the strings of a header to be sent. Empty keys and values are left out, as Kitex does. */
export function addPrefixed(
  strings: Map<string, string>,
  prefix: string,
  values: Iterable<readonly [string, string]>,
): void {
  for (const [key, value] of values) {
    if (key !== '' && value !== '') {
      strings.set(prefix + key, value);
    }
  }
}

function readPrefixed(
  info: HeaderInfo | undefined,
  prefix: string,
  except: string | undefined,
): ReadonlyMap<string, string> {
  if (info === undefined) {
    return NONE;
  }
  let values: Map<string, string> | undefined;
  for (const [key, value] of info.strings()) {
    if (value === '' || key.length === prefix.length || !key.startsWith(prefix)) {
      continue;
    }
    if (except !== undefined && key.startsWith(except)) {
      continue;
    }
    (values ??= new Map()).set(key.slice(prefix.length), value);
  }
  return values ?? NONE;
}

import { BizStatusError } from '../../errors/errors.js';
import { StringKey } from './header-keys.js';
import type { HeaderInfo } from './header-info.js';

const DECIMAL = /^[+-]?\d{1,10}$/;

/** Puts a business outcome into the strings of a reply's header. */
export function addBizStatus(strings: Map<string, string>, error: BizStatusError): void {
  strings.set(StringKey.BIZ_STATUS, String(error.statusCode));
  strings.set(StringKey.BIZ_MESSAGE, error.message);
  if (Object.keys(error.extra).length > 0) {
    strings.set(StringKey.BIZ_EXTRA, JSON.stringify(error.extra));
  }
}

/**
 * The business outcome a reply's header carries, or `undefined`: no status, 0 and what is no 32-bit integer mean
 * success. Details that are no JSON object of strings are dropped and the outcome kept; Kitex would drop both.
 */
export function readBizStatus(info: HeaderInfo): BizStatusError | undefined {
  const status = info.string(StringKey.BIZ_STATUS);
  if (status === undefined || !DECIMAL.test(status)) {
    return undefined;
  }
  const code = Number(status);
  if (code === 0 || code !== (code | 0)) {
    return undefined;
  }
  const message = info.string(StringKey.BIZ_MESSAGE) ?? '';
  return new BizStatusError(code, message, readExtra(info.string(StringKey.BIZ_EXTRA)));
}

function readExtra(json: string | undefined): Record<string, string> | undefined {
  if (json === undefined || json === '') {
    return undefined;
  }
  let extra: unknown;
  try {
    extra = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof extra !== 'object' || extra === null || Array.isArray(extra)) {
    return undefined;
  }
  const entries = Object.entries(extra);
  return entries.every(([, value]) => typeof value === 'string')
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined;
}

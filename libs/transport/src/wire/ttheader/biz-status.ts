import { BizStatusError } from '../../errors/errors.js';
import { StringKey } from './header-keys.js';
import type { HeaderInfo } from './header-info.js';
import { bytesOfStrings, fitsHeader, STRINGS_ROOM, type StringEntries } from './header-room.js';
import { MAX_STRING_BYTES } from './tt-header.js';

const DECIMAL = /^[+-]?\d{1,10}$/;
const ELLIPSIS = '…';

/** The strings of a reply's header that carry a business outcome. */
export interface BizStatusStrings {
  readonly strings: ReadonlyMap<string, string>;
  /** What did not fit into the header, for the log; `undefined` if all did. */
  readonly loss: string | undefined;
}

/**
 * A business outcome with the other strings of a reply. A header has room for {@link STRINGS_ROOM} bytes: what matters least
 * goes first (details, the end of the text, the other strings), and the code always arrives.
 *
 * @param room bytes that strings may take.
 */
export function bizStatusStrings(
  error: BizStatusError,
  others: ReadonlyMap<string, string> | undefined,
  room = STRINGS_ROOM,
): BizStatusStrings {
  const status: StringEntries = [[StringKey.BIZ_STATUS, String(error.statusCode)]];
  const extra = extraOf(error);
  const message: StringEntries = [[StringKey.BIZ_MESSAGE, error.message]];
  const whole = [...(others ?? []), ...status, ...message, ...extra];
  if (fitsHeader(whole, room)) {
    return { strings: new Map(whole), loss: undefined };
  }
  // Values other than the outcome may take half of the header at most.
  const rest = fitsHeader([...(others ?? [])], room / 2) ? [...(others ?? [])] : [];
  const kept: StringEntries = [...rest, ...status];
  const left = room - bytesOfStrings([...kept, [StringKey.BIZ_MESSAGE, '']]);
  const text = truncated(error.message, Math.min(left, MAX_STRING_BYTES));
  const lost = [
    extra.length > 0 && 'its details',
    text !== error.message && 'the end of its text',
    rest.length < (others?.size ?? 0) && 'the backward metadata',
  ];
  return {
    strings: new Map([...kept, [StringKey.BIZ_MESSAGE, text]]),
    loss: lost.filter(Boolean).join(', '),
  };
}

function extraOf({ extra }: BizStatusError): StringEntries {
  return Object.keys(extra).length > 0 ? [[StringKey.BIZ_EXTRA, JSON.stringify(extra)]] : [];
}

/** The beginning of a text that takes at most so many bytes, without half a character at its end. */
function truncated(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) {
    return text;
  }
  const bytes = new Uint8Array(most - Buffer.byteLength(ELLIPSIS));
  const { read } = new TextEncoder().encodeInto(text, bytes);
  return text.slice(0, read) + ELLIPSIS;
}

/**
 * The business outcome a reply's header carries, or `undefined`: no status, 0 and anything that is not a 32-bit integer mean
 * success. Details that are not a JSON object of strings are dropped and the outcome kept; Kitex would drop both.
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
  const extra = parseExtra(json);
  if (extra === undefined) {
    reportLostExtra();
  }
  return extra;
}

function parseExtra(json: string): Record<string, string> | undefined {
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

let hasReported = false;

/** Once: a peer that does it does it often. */
function reportLostExtra(): void {
  if (hasReported) {
    return;
  }
  hasReported = true;
  // log warning: A peer sent a business status whose details (`biz-extra`) are not a JSON object of strings; the error has the code and the
  // text alone. Code `THRIFT_BIZ_EXTRA`; once.
  const message =
    'A peer sent a business status whose details (biz-extra) are not a JSON object of strings: they are left out; see how the peer makes them';
  process.emitWarning(message, { code: 'THRIFT_BIZ_EXTRA' });
}

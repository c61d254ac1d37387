import { BizStatusError } from '../../errors/errors.js';
import { StringKey } from './header-keys.js';
import type { HeaderInfo } from './header-info.js';
import { MAX_INFO_BYTES_WRITTEN, MAX_STRING_BYTES } from './tt-header.js';

const DECIMAL = /^[+-]?\d{1,10}$/;

/** Bytes of a reply's header other than its strings: protocol, message type, `crrst`, counts and padding. */
const RESERVED_BYTES = 64;
const ELLIPSIS = '…';

type Entries = readonly (readonly [string, string])[];

/** The strings of a reply's header that carry a business outcome. */
export interface BizStatusStrings {
  readonly strings: ReadonlyMap<string, string>;
  /** What did not fit into the header, for the log; `undefined` if all did. */
  readonly loss: string | undefined;
}

/**
 * A business outcome with the other strings of a reply. A header has room for {@link MAX_INFO_BYTES_WRITTEN} bytes: what matters
 * least goes first (details, the end of the text, the other strings), and the code always arrives.
 */
export function bizStatusStrings(
  error: BizStatusError,
  others: ReadonlyMap<string, string> | undefined,
): BizStatusStrings {
  const status: Entries = [[StringKey.BIZ_STATUS, String(error.statusCode)]];
  const extra = extraOf(error);
  const room = MAX_INFO_BYTES_WRITTEN - RESERVED_BYTES;
  const message: Entries = [[StringKey.BIZ_MESSAGE, error.message]];
  const whole = [...(others ?? []), ...status, ...message, ...extra];
  if (fits(whole, room)) {
    return { strings: new Map(whole), loss: undefined };
  }
  // Values other than the outcome may take half of the header at most.
  const rest = fits([...(others ?? [])], room / 2) ? [...(others ?? [])] : [];
  const kept: Entries = [...rest, ...status];
  const left = room - bytesOf([...kept, [StringKey.BIZ_MESSAGE, '']]);
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

function extraOf({ extra }: BizStatusError): Entries {
  return Object.keys(extra).length > 0 ? [[StringKey.BIZ_EXTRA, JSON.stringify(extra)]] : [];
}

function fits(entries: Entries, room: number): boolean {
  return (
    bytesOf(entries) <= room &&
    entries.every((pair) => pair.every((text) => Buffer.byteLength(text) <= MAX_STRING_BYTES))
  );
}

/** Bytes of strings in a header: each key and value has its length in front. */
function bytesOf(entries: Entries): number {
  return entries.reduce(
    (sum, [key, value]) => sum + 4 + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
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

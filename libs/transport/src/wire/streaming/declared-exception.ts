import type { StreamMethod } from '@nestjs-thrift/codec';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';
import type { HeaderInfo } from '../ttheader/header-info.js';
import { StringKey } from '../ttheader/header-keys.js';
import { fitsHeader } from '../ttheader/header-room.js';

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

type Exceptions = StreamMethod['exceptions'];

/**
 * The strings of a trailer with a declared exception among them: Kitex has no place for its struct and ignores them.
 *
 * @param room bytes that strings may take.
 * @returns nothing for an exception that does not fit.
 * @throws EncodeError that names the field, for an exception that is not as the IDL says.
 */
export function declaredExceptionStrings(
  { id, codec }: Exceptions[number],
  error: unknown,
  others: ReadonlyMap<string, string>,
  room: number,
): ReadonlyMap<string, string> | undefined {
  const out = new WriteBuffer(256);
  codec.writeBinary(error, out);
  if (out.position > room) {
    return undefined;
  }
  const body = out.bytes.toString('base64', 0, out.position);
  const strings = new Map(others);
  strings.set(StringKey.EXCEPTION_ID, String(id));
  strings.set(StringKey.EXCEPTION_BODY, body);
  return fitsHeader([...strings], room) ? strings : undefined;
}

/**
 * The declared exception in the trailer of a server of this project. Nothing where there is none, where the method does not declare it,
 * and where it cannot be read: the application exception of the frame says the same.
 *
 * @param maxDecodedBytes memory that it may take once decoded.
 */
export function readDeclaredException(
  info: HeaderInfo,
  exceptions: Exceptions,
  maxDecodedBytes: number,
): Error | undefined {
  const id = info.string(StringKey.EXCEPTION_ID);
  const body = info.string(StringKey.EXCEPTION_BODY);
  const declared = exceptions.find((exception) => String(exception.id) === id);
  if (declared === undefined || body === undefined || !BASE64.test(body)) {
    return undefined;
  }
  const bytes = Buffer.from(body, 'base64');
  const input = new ReadBuffer(bytes, 0, bytes.length, undefined, false, maxDecodedBytes);
  try {
    return declared.codec.readBinary(input) as Error;
  } catch {
    return undefined;
  }
}

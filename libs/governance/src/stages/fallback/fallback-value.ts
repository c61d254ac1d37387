import type { RequestMethod, UnaryMethod } from '@nestjs-thrift/codec';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';

/**
 * Makes results of a method out of plain data, as a configuration holds it: checked against the IDL once, with its types
 * (an i64 written as a number becomes what replies carry) and defaults, and a new copy for every call.
 *
 * @throws TypeError if the data is not a result of the method; the message names the path.
 */
export function resultsFrom(method: RequestMethod, value: unknown): () => unknown {
  if (method.kind === 'oneway' || method.returnsVoid) {
    if (value !== undefined && value !== null) {
      throw new TypeError(`the fallback value of ${method.name} must be null: it returns nothing`);
    }
    return () => undefined;
  }
  const bytes = encoded(method, value);
  const result = (): unknown => method.result.readBinary(new ReadBuffer(bytes))['success'];
  const stray = strayField(value, result(), 'value');
  if (stray !== undefined) {
    throw new TypeError(`the fallback value of ${method.name} has ${stray}, which the IDL has not`);
  }
  return result;
}

function encoded({ name, result }: UnaryMethod, value: unknown): Buffer {
  if (value === undefined || value === null) {
    throw new TypeError(`the fallback of ${name} needs a value: it returns something`);
  }
  const out = new WriteBuffer();
  try {
    result.writeBinary({ success: value }, out);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`the fallback value of ${name} is not a result of it: ${reason}`, {
      cause: error,
    });
  }
  return Buffer.from(out.bytes.subarray(0, out.position));
}

/** Where the data says something that its type has no place for, which encoding passes over. */
function strayField(given: unknown, typed: unknown, path: string): string | undefined {
  if (!isContainer(given) || !isContainer(typed) || typed instanceof Map) {
    return undefined;
  }
  for (const [name, value] of Object.entries(given)) {
    const inside = `${path}.${name}`;
    if (!Object.hasOwn(typed, name)) {
      return inside;
    }
    const stray = strayField(value, (typed as Record<string, unknown>)[name], inside);
    if (stray !== undefined) {
      return stray;
    }
  }
  return undefined;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value);
}

import {
  type DeclaredException,
  type MethodDefinition,
  type RequestMethod,
  ThriftException,
  type UnaryMethod,
} from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';

/** A mocked client was called without a stub for the method. */
export class UnexpectedCallError extends Error {
  override readonly name = 'UnexpectedCallError';

  constructor(
    /** Name of the service in the IDL. */
    readonly service: string,
    /** Name of the method in the IDL. */
    readonly method: string,
  ) {
    super(
      `${service}.${method} was called and has no answer; give it one with mock.when('${method}').resolves(…)`,
    );
  }
}

/** A result as it travels, nothing for methods without one, so that a caller of a mock gets what a caller of a server gets. */
export class WireResult {
  readonly #method: UnaryMethod | undefined;
  readonly #bytes: Buffer;

  private constructor(method: UnaryMethod | undefined, bytes: Buffer) {
    this.#method = method;
    this.#bytes = bytes;
  }

  /**
   * @throws EncodeError that names the field, for a value that does not fit the IDL; TypeError for a method that
   *   returns something and got nothing.
   */
  static of(label: string, method: RequestMethod, value: unknown): WireResult {
    if (method.kind === 'oneway' || method.returnsVoid) {
      return new WireResult(undefined, Buffer.alloc(0));
    }
    if (value === undefined || value === null) {
      throw new TypeError(`${label} returns a value, got ${value}`);
    }
    return new WireResult(method, encode(method, { success: value }));
  }

  /** A fresh copy of the value. */
  value(): unknown {
    return this.#method?.result.readBinary(new ReadBuffer(this.#bytes))['success'];
  }
}

/**
 * Checks that a server could answer with an error: declared exceptions must be declared by this very method.
 *
 * @throws TypeError for another exception of the IDL, EncodeError for one whose fields do not fit it.
 */
export function checkError(label: string, method: MethodDefinition, error: unknown): void {
  const isOfType = ({ type }: DeclaredException): boolean => error instanceof type;
  const declared = method.exceptions.find(isOfType);
  if (declared === undefined) {
    if (error instanceof ThriftException) {
      throw new TypeError(
        `${label} does not declare ${error.name}: a server would answer "internal error"; add it to "throws" in the IDL`,
      );
    }
    return;
  }
  if (method.kind === 'unary') {
    encode(method, { [declared.field]: error });
  } else if (method.kind !== 'oneway') {
    method.exceptions.find(isOfType)!.codec.writeBinary(error, new WriteBuffer());
  }
}

/** @throws EncodeError that names the parameter or field, for arguments that do not fit the IDL. */
export function checkArguments(method: RequestMethod, args: FieldValues): void {
  method.args.writeBinary(args, new WriteBuffer());
}

function encode(method: UnaryMethod, values: FieldValues): Buffer {
  const out = new WriteBuffer();
  method.result.writeBinary(values, out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

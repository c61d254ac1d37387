import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { ThriftException } from '../errors/thrift-exception.js';

/** Name of a protocol that a {@link StructCodec} has methods for, as options and observers have it. */
export type ProtocolName = 'binary' | 'compact';

/**
 * Writes and reads one struct type. Compiled by the generator, compiled at run time, interpreted, or adapted from
 * another library's generated code: the user of one sees no difference.
 *
 * Writing appends at `out.position`; when it throws (an `EncodeError` that names the field), `out.position` is
 * undefined and the caller sets it back. `depth` is how many structs and containers may still be entered; only codecs of
 * recursive types look at it, and callers leave it out. Reading consumes the struct and leaves `input.position` behind it; it throws
 * `ProtocolError` for bytes that are not such a struct. A union of which no member is known reads as `undefined`.
 */
export interface StructCodec<T = unknown> {
  /** Name of the struct in the IDL. */
  readonly name: string;
  writeBinary(value: T, out: WriteBuffer, depth?: number): void;
  readBinary(input: ReadBuffer): T;
  writeCompact(value: T, out: WriteBuffer, depth?: number): void;
  readCompact(input: ReadBuffer): T;
}

/** A class made at run time or generated for an `exception` of the IDL; its instances have the exception's fields. */
export type ExceptionClass = new (
  fields?: Readonly<Record<string, unknown>>,
) => ThriftException & Record<string, unknown>;

/** The methods of a {@link StructCodec}. */
export type CodecMethod = Exclude<keyof StructCodec, 'name'>;

/** The values of a method's arguments or of its result, by the names of the IDL. */
export type FieldValues = Record<string, unknown>;

/** A declared exception of a method: the result field that carries it and its class. */
export interface DeclaredException {
  /** Name in the `throws` clause; the key in the result struct. */
  readonly field: string;
  readonly type: abstract new (...args: never[]) => ThriftException | Error;
}

/** A declared exception of a method with a stream: no result struct carries it, so its struct is read and written by itself. */
export interface StreamException extends DeclaredException {
  /** Field id in the `throws` clause. */
  readonly id: number;
  /** Codec of the exception. */
  readonly codec: StructCodec;
}

/**
 * How a method exchanges messages: `unary` sends a request and gets a reply, `oneway` gets none; `client`, `server` and `bidi`
 * name the side, or both, that sends a stream of messages.
 */
export type CallKind = 'unary' | 'oneway' | 'client' | 'server' | 'bidi';

/** What the definitions of all methods have. */
interface MethodBase {
  /** Name in the IDL and on the wire. */
  readonly name: string;
  /** Names of the parameters in the order of the IDL; generated clients take them in this order. */
  readonly parameters: readonly string[];
  readonly exceptions: readonly DeclaredException[];
  /** Whether a call may be repeated without harm, from the annotation `(idempotent = "true")`. */
  readonly idempotent: boolean;
  /** Annotations of the method in the IDL. */
  readonly annotations: Readonly<Record<string, readonly string[]>>;
}

/** A method with a request and a reply. */
export interface UnaryMethod extends MethodBase {
  readonly kind: 'unary';
  /** Whether a `void` method: its result carries no `success` field. */
  readonly returnsVoid: boolean;
  /** Codec of the arguments struct; its value has one property per parameter. */
  readonly args: StructCodec<FieldValues>;
  /** Codec of the result struct: `success`, or the field of a declared exception. */
  readonly result: StructCodec<FieldValues>;
}

/** A method whose request gets no reply. */
export interface OnewayMethod extends MethodBase {
  readonly kind: 'oneway';
  /** Codec of the arguments struct; its value has one property per parameter. */
  readonly args: StructCodec<FieldValues>;
}

/**
 * A method with a stream of messages in one direction or both. Messages are bare structs: no arguments or result struct is around
 * them. Kitex: TTHeader streaming.
 */
export interface StreamMethod extends MethodBase {
  readonly kind: 'client' | 'server' | 'bidi';
  /** Codec of the messages of the client. */
  readonly request: StructCodec;
  /** Codec of the messages of the server. */
  readonly response: StructCodec;
  readonly exceptions: readonly StreamException[];
}

/** A method that takes one request message: what clients call and servers serve. */
export type RequestMethod = UnaryMethod | OnewayMethod;

/** Everything needed to call or serve one method. */
export type MethodDefinition = RequestMethod | StreamMethod;

/**
 * A service as the transport sees it, inherited methods included.
 *
 * @typeParam Client the generated client interface; carried in the type alone, so that a client made from the
 *   definition is typed.
 */
export interface ServiceDefinition<Client = unknown> {
  /** Bare name in the IDL: what TTHeader carries as `isn` and multiplexed names put before the colon. */
  readonly name: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
  /** Never set: it only carries the type. */
  readonly client?: Client;
}

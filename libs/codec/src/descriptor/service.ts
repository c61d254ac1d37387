import type {
  CallKind,
  FieldValues,
  MethodDefinition,
  ServiceDefinition,
  StreamException,
  StructCodec,
} from '../definition/service-definition.js';
import { isStruct, type StructShape, type TypeShape } from '../definition/shape.js';
import { Struct, type StructSource } from './struct.js';
import { namedFields, optional, type FieldRecord } from './types.js';

/** A method as generated code declares it. */
export interface MethodSource {
  /** `oneway` methods have no reply; `client`, `server` and `bidi` name the side that sends a stream. @defaultValue `unary` */
  readonly kind?: CallKind;
  /** Parameters by name, in the order of the IDL; the one struct of which a client sends one or many, for streams. */
  readonly input: FieldRecord;
  /** Type of the result; left out by `void` methods. A struct for streams. */
  readonly output?: TypeShape;
  /** Declared exceptions by their names in the `throws` clause. */
  readonly throws?: FieldRecord;
  /** Annotations of the method. */
  readonly annotations?: Readonly<Record<string, readonly string[]>>;
}

/** The methods of a service, its own and those it inherits, by name. */
export type MethodSources = Readonly<Record<string, MethodSource>>;

type Methods = Readonly<Record<string, MethodDefinition>>;

/** A service whose methods are made when they are asked for first. */
class Service<Client> implements ServiceDefinition<Client> {
  readonly name: string;
  readonly #sources: () => MethodSources;
  readonly #base: (() => ServiceDefinition) | undefined;
  #methods: Methods | undefined;

  constructor(name: string, sources: () => MethodSources, base?: () => ServiceDefinition) {
    this.name = name;
    this.#sources = sources;
    this.#base = base;
  }

  get methods(): Methods {
    this.#methods ??= this.#make();
    return this.#methods;
  }

  /** Inherited methods come first, as in the IDL. */
  #make(): Methods {
    const own = Object.entries(this.#sources()).map(
      ([name, source]) => [name, methodDefinition(this.name, name, source)] as const,
    );
    return { ...this.#base?.().methods, ...Object.fromEntries(own) };
  }
}

/** A service of the IDL; what generated code exports under the service's name. */
export function service<Client>(
  name: string,
  methods: () => MethodSources,
  base?: () => ServiceDefinition,
): ServiceDefinition<Client> {
  return new Service<Client>(name, methods, base);
}

/** Makes the definition of a method from its parts. */
export function methodDefinition(
  serviceName: string,
  name: string,
  source: MethodSource,
  engine?: StructSource['engine'],
): MethodDefinition {
  const { kind = 'unary', input, output, throws = {}, annotations = {} } = source;
  const base = {
    name,
    parameters: Object.keys(input),
    exceptions: Object.entries(throws).map(([field, { id, type }]) => thrown(field, id, type)),
    idempotent: isIdempotent(annotations),
    annotations,
  };
  if (kind !== 'unary' && kind !== 'oneway') {
    const parameters = Object.values(input);
    const request = parameters.length === 1 ? parameters[0] : undefined;
    return {
      kind,
      ...base,
      request: messageCodec(`${serviceName}.${name}`, 'one parameter', request?.type),
      response: messageCodec(`${serviceName}.${name}`, 'a result', output),
    };
  }
  const wrapper = (suffix: 'args' | 'result', fields: () => FieldRecord) =>
    new Struct({
      kind: 'struct',
      name: `${serviceName}.${name}_${suffix}`,
      fields: () => namedFields(fields()),
      ...(engine && { engine }),
    }) as StructCodec<FieldValues>;
  const args = wrapper('args', () => input);
  if (kind === 'oneway') {
    return { kind, ...base, args };
  }
  const result = wrapper('result', () => ({
    ...(output && { success: optional(0, output) }),
    ...Object.fromEntries(
      Object.entries(throws).map(([key, { id, type, annotations }]) => [
        key,
        optional(id, type, { annotations }),
      ]),
    ),
  }));
  return { kind, ...base, args, returnsVoid: output === undefined, result };
}

/** Messages of a stream are structs: nothing is around them. */
function messageCodec(method: string, what: string, type: TypeShape | undefined): StructCodec {
  if (type === undefined || !isStruct(type)) {
    throw new Error(`${method} sends a stream: it needs ${what} that is a struct`);
  }
  return type;
}

function thrown(field: string, id: number, type: TypeShape): StreamException {
  const codec = type as StructShape;
  if (codec.exceptionClass === undefined) {
    throw new Error(`${field} in a throws clause is not an exception but a ${type.kind}`);
  }
  return { field, type: codec.exceptionClass(), id, codec };
}

/** The last value counts, and `(idempotent)` alone means `"1"`. */
function isIdempotent(annotations: NonNullable<MethodSource['annotations']>): boolean {
  const values = Object.hasOwn(annotations, 'idempotent') ? annotations['idempotent'] : undefined;
  const last = values?.at(-1);
  return last === '1' || last === 'true';
}

import type { FileSchema, ServiceSchema, StructSchema } from '@nestjs-thrift/idl';
import { NamePool } from './name-pool.js';

const EXTENSION = /\.thrift$/;

/** Path of the generated file of an IDL file. */
export function outputPath(file: string): string {
  return `${file.replace(EXTENSION, '')}.ts`;
}

/** What one generated file writes to import another: a relative path that ends in `.js`. */
export function moduleSpecifier(from: string, to: string): string {
  const fromFolders = from.split('/').slice(0, -1);
  const target = to.split('/');
  let shared = 0;
  while (shared < fromFolders.length && fromFolders[shared] === target[shared]) {
    shared++;
  }
  const up = '../'.repeat(fromFolders.length - shared) || './';
  return `${up}${target.slice(shared).join('/').replace(EXTENSION, '')}.js`;
}

/** Names a service takes in its file. */
export interface ServiceNames {
  readonly definition: string;
  readonly client: string;
  readonly controller: string;
  /** By method. */
  readonly methods: ReadonlyMap<string, MethodNames>;
}

/** Names a method takes in the file of its service. */
export interface MethodNames {
  readonly arguments: string;
  readonly argumentsCodec: string;
  readonly result: string;
  readonly resultCodec: string;
}

/**
 * The top-level names of one generated file. They follow from its definitions alone, so that other files can refer to
 * them: definitions keep their IDL names where they can, types before constants before services; names made up by the
 * generator, and imports, make way for them.
 */
export interface FileNames {
  /** Enums, structs, unions, exceptions and typedefs by IDL name. */
  readonly types: ReadonlyMap<string, string>;
  readonly constants: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, ServiceNames>;
  /** `createX` by the name of the struct. */
  readonly creators: ReadonlyMap<string, string>;
  /** Codecs by the name of the struct. */
  readonly codecs: ReadonlyMap<string, string>;
  /** Validators by the name of the struct. */
  readonly schemas: ReadonlyMap<string, string>;
  /** All of the above; imports are named from a fork. */
  readonly pool: NamePool;
}

/**
 * Assigns the names of a file.
 *
 * @param localNames names that a class cannot have, because the code that makes its instances would not see it
 */
export function nameFile(file: FileSchema, localNames: RegExp): FileNames {
  const pool = new NamePool();
  const takeAll = (
    definitions: readonly { readonly name: string; readonly kind?: StructSchema['kind'] }[],
    wanted = (name: string) => name,
  ) =>
    new Map(
      definitions.map(({ name, kind }) => {
        const avoid = kind === 'exception' ? localNames : undefined;
        return [name, pool.take(wanted(name), avoid)] as const;
      }),
    );

  const types = takeAll([...file.enums, ...file.structs, ...file.typedefs]);
  const constants = takeAll(file.constants);
  const definitions = takeAll(file.services);
  const creators = takeAll(
    file.structs.filter(({ kind }) => kind === 'struct'),
    (name) => `create${name}`,
  );
  const codecs = takeAll(file.structs, (name) => `${name}Codec`);
  const services = new Map(
    file.services.map((service) => [
      service.name,
      nameService(service, definitions.get(service.name) ?? service.name, pool),
    ]),
  );
  // Validators came last: no other name may change because of them.
  const schemas = takeAll(file.structs, (name) => `${name}Schema`);
  return { types, constants, services, creators, codecs, schemas, pool };
}

function nameService(service: ServiceSchema, definition: string, pool: NamePool): ServiceNames {
  return {
    definition,
    client: pool.take(`${service.name}Client`),
    controller: pool.take(`${service.name}Controller`),
    methods: new Map(
      service.methods.map(({ name }) => {
        const prefix = `${service.name}_${name}`;
        const names: MethodNames = {
          arguments: pool.take(`${prefix}_args`),
          argumentsCodec: pool.take(`${prefix}_argsCodec`),
          result: pool.take(`${prefix}_result`),
          resultCodec: pool.take(`${prefix}_resultCodec`),
        };
        return [name, names];
      }),
    ),
  };
}

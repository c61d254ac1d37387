import type { FileSchema } from '@nestjs-thrift/idl';
import { NamePool } from './name-pool.js';

const EXTENSION = /\.thrift$/;

/** The modules that are generated for one IDL file: its definitions and, if they are static, its codecs. */
export type ModulePart = 'definitions' | 'codecs';

/** How the specifiers of imports between generated files end. */
export type ImportExtension = 'js' | 'ts' | 'none';

/** Path of a generated module of an IDL file. */
export function outputPath(file: string, part: ModulePart = 'definitions'): string {
  return `${moduleName(file, part)}.ts`;
}

function moduleName(file: string, part: ModulePart): string {
  return `${file.replace(EXTENSION, '')}${part === 'codecs' ? '.codec' : ''}`;
}

/** What one generated file writes to import a module of another package or of its package: a relative path. */
export function moduleSpecifier(
  from: string,
  to: string,
  part: ModulePart = 'definitions',
  extension: ImportExtension = 'js',
): string {
  const fromFolders = from.split('/').slice(0, -1);
  const target = to.split('/');
  let shared = 0;
  while (shared < fromFolders.length && fromFolders[shared] === target[shared]) {
    shared++;
  }
  const up = '../'.repeat(fromFolders.length - shared) || './';
  const path = `${up}${moduleName(target.slice(shared).join('/'), part)}`;
  return extension === 'none' ? path : `${path}.${extension}`;
}

/** Names a service takes in its file. */
export interface ServiceNames {
  readonly definition: string;
  readonly client: string;
  readonly controller: string;
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
  /** `XSchema` by the name of the struct. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Codecs of the module with codecs, by the name of the struct. */
  readonly codecs: ReadonlyMap<string, string>;
  /** All of the above; imports are named from a fork. */
  readonly pool: NamePool;
}

/** Assigns the names of a file. */
export function nameFile(file: FileSchema): FileNames {
  const pool = new NamePool();
  const takeAll = (definitions: readonly { readonly name: string }[], suffix = '') =>
    new Map(definitions.map(({ name }) => [name, pool.take(`${name}${suffix}`)] as const));

  const types = takeAll([...file.enums, ...file.structs, ...file.typedefs]);
  const constants = takeAll(file.constants);
  const definitions = takeAll(file.services);
  const schemas = takeAll(file.structs, 'Schema');
  const clients = takeAll(file.services, 'Client');
  const controllers = takeAll(file.services, 'Controller');
  const services = new Map(
    file.services.map(({ name }) => [
      name,
      {
        definition: definitions.get(name) ?? name,
        client: clients.get(name) ?? name,
        controller: controllers.get(name) ?? name,
      },
    ]),
  );
  const codecs = takeAll(file.structs, 'Codec');
  return { types, constants, services, schemas, codecs, pool };
}

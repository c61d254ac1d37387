import { allMethods, type FileSchema, type Schema } from '@nestjs-thrift/idl';
import {
  filesOf,
  findMethod,
  listed,
  namesOf,
  shortestName,
  suggestion,
} from '../../idl/find-method.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { constantText } from './constant-text.js';
import { DefinitionText, indent } from './definition-text.js';

/** What a name stands for, for people and for machines. */
export interface Described {
  readonly text: string;
  readonly data: unknown;
}

/** A definition that can be described by its name. */
interface Definition {
  readonly file: string;
  readonly name: string;
  readonly data: unknown;
  text(writer: DefinitionText): string;
}

/** Everything there is: services with their methods, types, typedefs and constants, file by file. */
export function describeAll(schema: Schema, columns: number): Described {
  const parts = filesOf(schema).map((path) => fileText(schema, schema.files[path]!, columns));
  return { text: parts.join('\n'), data: schema };
}

/** @throws CommandFailure that lists what there is, or what the name could stand for. */
export function describeNamed(schema: Schema, name: string, columns: number): Described {
  const definitions = definitionsOf(schema);
  const names = (each: Definition) => namesOf(schema, each.file, each.name);
  const found = definitions.filter((each) => names(each).includes(name));
  const [only] = found;
  if (found.length > 1) {
    const candidates = found.map((each) => shortestName(each, names, definitions));
    throw usage(`"${name}" is ambiguous: it can be ${listed(candidates)}`);
  }
  if (only !== undefined) {
    return { text: only.text(new DefinitionText(schema, only.file, columns)), data: only.data };
  }
  const known = definitions.map((each) => each.name);
  const near = suggestion(name, known);
  if (/[./]/.test(name) || near === '') {
    const method = methodNamed(schema, name);
    if (method !== undefined) {
      const { file, method: data } = method;
      return { text: new DefinitionText(schema, file, columns).method(data), data };
    }
  }
  throw usage(`the IDL has nothing named ${name}${near || `; it has ${listed(known)}`}`);
}

/** A bare name that is not a method either is explained as a definition. */
function methodNamed(schema: Schema, name: string) {
  try {
    return findMethod(schema, name);
  } catch (error) {
    if (/[./]/.test(name) || String(error).includes('ambiguous')) {
      throw error;
    }
    return undefined;
  }
}

function definitionsOf(schema: Schema): Definition[] {
  return filesOf(schema).flatMap((file) => {
    const { services, structs, enums, typedefs, constants } = schema.files[file]!;
    const define = <T extends { readonly name: string }>(
      all: readonly T[],
      write: (writer: DefinitionText, data: T) => string,
    ): Definition[] =>
      all.map((data) => ({ file, name: data.name, data, text: (writer) => write(writer, data) }));
    return [
      ...define(services, (writer, data) => writer.service(data)),
      ...define(structs, (writer, data) => writer.struct(data)),
      ...define(enums, (writer, data) => writer.enum(data)),
      ...define(typedefs, (writer, data) => writer.typedef(data)),
      ...define(constants, (writer, data) => writer.constant(data)),
    ];
  });
}

function fileText(schema: Schema, file: FileSchema, columns: number): string {
  const writer = new DefinitionText(schema, file.path, columns, () => '');
  const lines: string[] = [];
  for (const service of file.services) {
    lines.push(`service ${service.name}`);
    for (const method of allMethods(schema, service)) {
      const mode = method.annotations['streaming.mode']?.map((value) => ` (streams: ${value})`);
      lines.push(indent(`${writer.signature(method, 4)}${mode?.join('') ?? ''}`));
    }
  }
  for (const { kind, name, fields } of file.structs) {
    const parts = fields.map((field) => writer.field(field));
    lines.push(writer.block(`${kind} ${name}`, parts));
  }
  for (const { name, members } of file.enums) {
    const parts = members.map((member) => `${member.name} = ${member.value}`);
    lines.push(writer.block(`enum ${name}`, parts));
  }
  for (const { name, type } of file.typedefs) {
    lines.push(`typedef ${writer.type(type)} ${name}`);
  }
  for (const { name, type, value } of file.constants) {
    const shown = writer.type(type);
    lines.push(`const ${shown} ${name} = ${constantText(value, type, schema)}`);
  }
  return `${file.path}\n${lines.map((line) => `${indent(line)}\n`).join('')}`;
}

function usage(message: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.USAGE, message);
}

import {
  allMethods,
  findEnum,
  findStruct,
  type FieldSchema,
  type FileSchema,
  type Schema,
  type TypeSchema,
} from '@nestjs-thrift/idl';
import { findMethod, servicesOf } from '../../idl/find-method.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import {
  enumText,
  fieldText,
  methodText,
  serviceText,
  signature,
  structText,
} from './definition-text.js';

/** What a name stands for, for people and for machines. */
export interface Described {
  readonly text: string;
  readonly data: unknown;
}

/** Everything there is: services with their methods, then the names of types, file by file. */
export function describeAll(schema: Schema): Described {
  const paths = [schema.root, ...Object.keys(schema.files).filter((path) => path !== schema.root)];
  const parts = paths.map((path) => fileText(schema, schema.files[path]!));
  return { text: parts.join('\n'), data: schema };
}

/** @throws CommandFailure that lists what there is. */
export function describeNamed(schema: Schema, name: string): Described {
  const found = servicesOf(schema).find(({ service }) => service.name === name);
  if (found !== undefined) {
    return { text: serviceText(schema, found.service), data: found.service };
  }
  for (const { structs, enums } of Object.values(schema.files)) {
    const struct = structs.find((each) => each.name === name);
    if (struct !== undefined) {
      return { text: structText(schema, struct), data: struct };
    }
    const enumeration = enums.find((each) => each.name === name);
    if (enumeration !== undefined) {
      return { text: enumText(enumeration), data: enumeration };
    }
  }
  if (name.includes('.')) {
    const { method } = findMethod(schema, name);
    return { text: methodText(schema, method), data: method };
  }
  throw new CommandFailure(
    EXIT_CODES.USAGE,
    `the IDL has nothing named ${name}; it has ${namesOf(schema).join(', ')}`,
  );
}

/** A payload for `call`, with a value for every field; recursion ends where a type comes again. */
export function payloadTemplate(schema: Schema, name: string): unknown {
  const { parameters } = findMethod(schema, name).method;
  const [only] = parameters;
  if (parameters.length === 1 && only !== undefined) {
    return sample(schema, only.type, []);
  }
  return sampleFields(schema, parameters, []);
}

function sampleFields(schema: Schema, fields: readonly FieldSchema[], within: readonly string[]) {
  return Object.fromEntries(fields.map(({ name, type }) => [name, sample(schema, type, within)]));
}

function sample(schema: Schema, type: TypeSchema, within: readonly string[]): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
    case 'binary':
      return '';
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000';
    case 'enum':
      return findEnum(schema, type.ref).members[0]?.name ?? 0;
    case 'list':
    case 'set':
      return [sample(schema, type.element, within)];
    case 'map':
      return [[sample(schema, type.key, within), sample(schema, type.value, within)]];
    case 'struct':
      return sampleStruct(schema, type, within);
    default:
      return 0;
  }
}

function sampleStruct(
  schema: Schema,
  { ref }: TypeSchema & { readonly kind: 'struct' },
  within: readonly string[],
): unknown {
  const { kind, fields } = findStruct(schema, ref);
  const place = `${ref.file}#${ref.name}`;
  if (within.includes(place)) {
    return null;
  }
  const shown = kind === 'union' ? fields.slice(0, 1) : fields;
  return sampleFields(schema, shown, [...within, place]);
}

function fileText(schema: Schema, file: FileSchema): string {
  const lines = [file.path];
  for (const service of file.services) {
    lines.push(`  service ${service.name}`);
    for (const method of allMethods(schema, service)) {
      lines.push(`    ${signature(schema, method)}`);
    }
  }
  for (const { kind, name, fields } of file.structs) {
    lines.push(
      `  ${kind} ${name} { ${fields.map((field) => fieldText(schema, field)).join(', ')} }`,
    );
  }
  for (const { name, members } of file.enums) {
    lines.push(`  enum ${name} { ${members.map((member) => member.name).join(', ')} }`);
  }
  return `${lines.join('\n')}\n`;
}

function namesOf({ files }: Schema): string[] {
  return Object.values(files).flatMap(({ services, structs, enums }) =>
    [...services, ...structs, ...enums].map(({ name }) => name),
  );
}

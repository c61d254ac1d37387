import type { Schema, StructSchema, TypeSchema } from '@nestjs-thrift/idl';
import fc from 'fast-check';

/** Text of a random IDL. Structs refer to those before them, some to themselves; `Root` is the last. */
export function randomIdl(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 4 }).chain((count) => {
    const names = Array.from({ length: count }, (_, index) => `S${index}`);
    const structs = names.map((name, index) =>
      fc
        .constantFrom('struct', 'struct', 'union', 'exception')
        .chain((kind) => randomStruct(kind, name, names.slice(0, index))),
    );
    return fc
      .tuple(...structs, randomStruct('struct', 'Root', names))
      .map((texts) => ['enum E { A = 1, B = 5 }', ...texts].join('\n'));
  });
}

function randomStruct(kind: string, name: string, known: readonly string[]): fc.Arbitrary<string> {
  const field = fc.record({
    id: fieldId(),
    type: randomType(known),
    requiredness:
      kind === 'union' ? fc.constant('') : fc.constantFrom('', 'required ', 'optional '),
  });
  const fields = fc.uniqueArray(field, {
    selector: ({ id }) => id,
    minLength: kind === 'union' ? 1 : 0,
    maxLength: 6,
  });
  // Only optional fields lead into circles, so that values can end.
  const recursive = ['', `32767: optional ${name} self`, `32767: optional list<${name}> selves`];
  const self = kind === 'union' ? fc.constant('') : fc.constantFrom(...recursive);
  return fc.tuple(fields, self).map(([list, circle]) => {
    const lines = list.map(
      ({ id, type, requiredness }, index) => `${id}: ${requiredness}${type} f${index}`,
    );
    return `${kind} ${name} { ${[...lines, circle].filter((line) => line !== '').join(', ')} }`;
  });
}

/** Ids close together and far apart, so that Compact uses both of its headers. */
function fieldId(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 32_000 }));
}

function randomType(structs: readonly string[]): fc.Arbitrary<string> {
  const scalars = ['bool', 'i8', 'i16', 'i32', 'i64', 'double', 'string', 'binary', 'uuid', 'E'];
  const scalar = fc.constantFrom(...scalars);
  const { type } = fc.letrec<{ type: string }>((tie) => ({
    type: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(...scalars, ...structs),
      tie('type').map((element) => `list<${element}>`),
      tie('type').map((element) => `set<${element}>`),
      fc.tuple(scalar, tie('type')).map(([key, value]) => `map<${key}, ${value}>`),
    ),
  }));
  return type;
}

/** Random values of a struct, as codecs with i64 as bigint read them. */
export function randomValue(schema: Schema, name: string, depth = 0): fc.Arbitrary<object> {
  const struct = schema.files[schema.root]!.structs.find((each) => each.name === name)!;
  if (struct.kind === 'union') {
    return randomUnion(schema, struct, depth);
  }
  const fields = struct.fields.map((field) => {
    if (field.id === 32_767 && depth > 2) {
      return [field.name, fc.constant(undefined)] as const;
    }
    const value = valueOf(schema, field.type, depth + 1);
    const isRequired = field.requiredness === 'required';
    return [field.name, isRequired ? value : fc.option(value, { nil: undefined })] as const;
  });
  return fc.record(Object.fromEntries(fields));
}

function randomUnion(schema: Schema, struct: StructSchema, depth: number): fc.Arbitrary<object> {
  const choices = struct.fields.map(({ name, type }) =>
    valueOf(schema, type, depth + 1).map((value) => ({ [name]: value })),
  );
  return fc.oneof(...choices);
}

function valueOf(schema: Schema, type: TypeSchema, depth: number): fc.Arbitrary<unknown> {
  const maxLength = depth > 2 ? 2 : 5;
  switch (type.kind) {
    case 'bool':
      return fc.boolean();
    case 'i8':
      return fc.integer({ min: -128, max: 127 });
    case 'i16':
      return fc.integer({ min: -32_768, max: 32_767 });
    case 'i32':
    case 'enum':
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    case 'i64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'double':
      return fc.double();
    case 'string':
      return fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }));
    case 'binary':
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    case 'uuid':
      return fc.uuid();
    case 'struct':
      return randomValue(schema, type.ref.name, depth);
    case 'list':
      return fc.array(valueOf(schema, type.element, depth + 1), { maxLength });
    case 'set':
      return fc.uniqueArray(valueOf(schema, type.element, depth + 1), {
        maxLength,
        comparator: 'SameValueZero',
      });
    case 'map':
      return randomMap(schema, type, depth, maxLength);
  }
}

function randomMap(
  schema: Schema,
  type: Extract<TypeSchema, { kind: 'map' }>,
  depth: number,
  maxLength: number,
): fc.Arbitrary<unknown> {
  const entries = fc.array(
    fc.tuple(valueOf(schema, type.key, depth + 1), valueOf(schema, type.value, depth + 1)),
    { maxLength },
  );
  return type.key.kind === 'string'
    ? entries.map((pairs) => Object.fromEntries(pairs) as unknown)
    : entries.map((pairs) => new Map(pairs));
}

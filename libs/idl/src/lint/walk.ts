import type {
  DefinitionSyntax,
  DocumentSyntax,
  FieldSyntax,
  TypeSyntax,
  ValueSyntax,
} from '../parser/syntax.js';

/** Where a list of fields stands. */
export interface FieldList {
  readonly kind: 'struct' | 'union' | 'exception' | 'parameters' | 'throws';
  /** As messages call it. */
  readonly title: string;
  readonly fields: readonly FieldSyntax[];
}

/** All lists of fields of a file: of its structs, unions and exceptions, and of its methods. */
export function* fieldLists({ structs, services }: DocumentSyntax): Generator<FieldList> {
  for (const { kind, name, fields } of structs) {
    yield { kind, title: `${kind} "${name}"`, fields };
  }
  for (const { name, parameters, exceptions } of services.flatMap(({ methods }) => methods)) {
    yield { kind: 'parameters', title: `method "${name}"`, fields: parameters };
    yield { kind: 'throws', title: `throws of "${name}"`, fields: exceptions };
  }
}

/** All types as written, those inside containers too. */
export function* types(document: DocumentSyntax): Generator<TypeSyntax> {
  for (const { type } of [...document.typedefs, ...document.constants]) {
    yield* withParts(type);
  }
  for (const { fields } of fieldLists(document)) {
    for (const { type } of fields) {
      yield* withParts(type);
    }
  }
  for (const { returns } of document.services.flatMap(({ methods }) => methods)) {
    if (returns !== undefined) {
      yield* withParts(returns);
    }
  }
}

/** All values as written, those inside lists and maps too. */
export function* values(document: DocumentSyntax): Generator<ValueSyntax> {
  for (const { value } of document.constants) {
    yield* withElements(value);
  }
  for (const { fields } of fieldLists(document)) {
    for (const { defaultValue } of fields) {
      if (defaultValue !== undefined) {
        yield* withElements(defaultValue);
      }
    }
  }
}

/** All types and services that a file defines, with what they are. */
export function* definitions(
  document: DocumentSyntax,
): Generator<[kind: string, DefinitionSyntax]> {
  for (const definition of document.typedefs) {
    yield ['typedef', definition];
  }
  for (const definition of document.enums) {
    yield ['enum', definition];
  }
  for (const definition of document.structs) {
    yield [definition.kind, definition];
  }
  for (const definition of document.services) {
    yield ['service', definition];
  }
}

function* withParts(type: TypeSyntax): Generator<TypeSyntax> {
  yield type;
  if (type.kind === 'map') {
    yield* withParts(type.key);
    yield* withParts(type.value);
  } else if (type.kind !== 'named') {
    yield* withParts(type.element);
  }
}

function* withElements(value: ValueSyntax): Generator<ValueSyntax> {
  yield value;
  if (value.kind === 'list') {
    for (const element of value.values) {
      yield* withElements(element);
    }
  }
  if (value.kind !== 'map') {
    return;
  }
  for (const entry of value.entries) {
    yield* withElements(entry.key);
    yield* withElements(entry.value);
  }
}

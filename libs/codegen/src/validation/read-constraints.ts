import {
  type Diagnostic,
  IdlError,
  type Annotations,
  type DefinitionSchema,
  type FieldSchema,
  type Schema,
  type StructSchema,
} from '@nestjs-thrift/idl';
import { AnnotationError, type Constraints, type StructConstraints } from './constraints.js';
import { isExpression, parseExpression } from './parse-expression.js';
import { parseRules } from './parse-rules.js';

const MAX_DIAGNOSTICS = 100;

/**
 * Reads the `vt.*` annotations of all structs, unions and exceptions: those of Kitex's validator.
 *
 * @throws {IdlError} with every annotation that is unknown, does not fit the type of its field or has a value that
 * cannot be read. The position is that of the field.
 */
export function readConstraints(schema: Schema): ReadonlyMap<StructSchema, StructConstraints> {
  const diagnostics: Diagnostic[] = [];
  const constraints = new Map<StructSchema, StructConstraints>();
  for (const file of Object.values(schema.files)) {
    for (const struct of file.structs) {
      const reader = new StructReader(schema, file.path, struct, diagnostics);
      constraints.set(struct, reader.read());
    }
  }
  if (diagnostics.length > 0) {
    throw new IdlError(diagnostics.slice(0, MAX_DIAGNOSTICS));
  }
  return constraints;
}

class StructReader {
  readonly #schema: Schema;
  readonly #file: string;
  readonly #struct: StructSchema;
  readonly #diagnostics: Diagnostic[];

  constructor(schema: Schema, file: string, struct: StructSchema, diagnostics: Diagnostic[]) {
    this.#schema = schema;
    this.#file = file;
    this.#struct = struct;
    this.#diagnostics = diagnostics;
  }

  read(): StructConstraints {
    const fields = new Map<FieldSchema, Constraints>();
    for (const field of this.#struct.fields) {
      const constraints = this.#attempt(field, `field "${field.name}"`, () =>
        parseRules(annotationsOf(field), field.type, this.#struct, this.#schema),
      );
      if (constraints !== undefined) {
        fields.set(field, constraints);
      }
    }
    const { kind, name } = this.#struct;
    const assertions = this.#attempt(this.#struct, `${kind} "${name}"`, () => this.#assertions());
    return { fields, assertions: assertions ?? [] };
  }

  #assertions(): StructConstraints['assertions'] {
    return annotationsOf(this.#struct).flatMap(([key, values]) => {
      if (key !== 'assert') {
        throw new AnnotationError(
          `vt.${key} belongs on a field; a ${this.#struct.kind} takes vt.assert`,
        );
      }
      return values.map((value) => {
        if (isExpression(value)) {
          return parseExpression(value, this.#struct);
        }
        throw new AnnotationError(`vt.assert takes a call such as @equal($a, $b), not "${value}"`);
      });
    });
  }

  #attempt<T>(at: DefinitionSchema, title: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AnnotationError)) {
        throw error;
      }
      const message = `${title}: ${error.message}`;
      this.#diagnostics.push({ file: this.#file, ...at.position, message, sourceLine: '' });
      return undefined;
    }
  }
}

/** The annotations that begin with `vt.`, without that. */
function annotationsOf({
  annotations,
}: {
  annotations: Annotations;
}): [string, readonly string[]][] {
  return Object.entries(annotations).flatMap(([key, values]) =>
    key.startsWith('vt.') ? [[key.slice(3), values] as [string, readonly string[]]] : [],
  );
}

import {
  type Diagnostic,
  IdlError,
  type Annotations,
  type DefinitionSchema,
  type FieldSchema,
  type Schema,
  type StructSchema,
} from '@nestjs-thrift/idl';
import {
  AnnotationError,
  UnknownFormError,
  type Constraints,
  type StructConstraints,
} from './constraints.js';
import { isExpression, parseExpression } from './parse-expression.js';
import { parseRules } from './parse-rules.js';
import { isKnownRule } from './rule-table.js';
import { unlessUnknown } from './unless-unknown.js';

const MAX_DIAGNOSTICS = 100;

/**
 * Reads the `vt.*` annotations of all structs, unions and exceptions: those of Kitex's validator.
 *
 * @param onWarning takes the annotations in a form that this validator does not have; they are left out
 * @throws {IdlError} with every annotation that does not fit the type of its field or has a value that
 * cannot be read. The position is that of the field.
 */
export function readConstraints(
  schema: Schema,
  onWarning: (warning: Diagnostic) => void = () => undefined,
): ReadonlyMap<StructSchema, StructConstraints> {
  const diagnostics: Diagnostic[] = [];
  const constraints = new Map<StructSchema, StructConstraints>();
  for (const file of Object.values(schema.files)) {
    for (const struct of file.structs) {
      const reader = new StructReader(schema, file.path, struct, diagnostics, onWarning);
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
  readonly #onWarning: (warning: Diagnostic) => void;

  constructor(
    schema: Schema,
    file: string,
    struct: StructSchema,
    diagnostics: Diagnostic[],
    onWarning: (warning: Diagnostic) => void,
  ) {
    this.#schema = schema;
    this.#file = file;
    this.#struct = struct;
    this.#diagnostics = diagnostics;
    this.#onWarning = onWarning;
  }

  read(): StructConstraints {
    const fields = new Map<FieldSchema, Constraints>();
    for (const field of this.#struct.fields) {
      const title = `field "${field.name}"`;
      const onUnknown = (message: string): void => this.#warn(field, title, message);
      const constraints = this.#attempt(field, title, () =>
        parseRules(annotationsOf(field), field.type, this.#struct, this.#schema, onUnknown),
      );
      if (constraints !== undefined) {
        fields.set(field, constraints);
      }
    }
    const { kind, name } = this.#struct;
    const title = `${kind} "${name}"`;
    const assertions = this.#attempt(this.#struct, title, () => this.#assertions(title));
    return { fields, assertions: assertions ?? [] };
  }

  #assertions(title: string): StructConstraints['assertions'] {
    const onUnknown = (message: string): void => this.#warn(this.#struct, title, message);
    return annotationsOf(this.#struct).flatMap(
      ([key, values]) => unlessUnknown(onUnknown, () => this.#asserted(key, values)) ?? [],
    );
  }

  #asserted(key: string, values: readonly string[]): StructConstraints['assertions'] {
    if (key !== 'assert') {
      const message = `vt.${key} belongs on a field; a ${this.#struct.kind} takes vt.assert`;
      throw isKnownRule(key.split('.')[0] ?? '')
        ? new AnnotationError(message)
        : new UnknownFormError(message);
    }
    return values.map((value) => {
      if (isExpression(value)) {
        return parseExpression(value, this.#struct);
      }
      throw new AnnotationError(`vt.assert takes a call such as @equal($a, $b), not "${value}"`);
    });
  }

  #warn(at: DefinitionSchema, title: string, reason: string): void {
    const message = `${title} is not checked for this: ${reason}`;
    this.#onWarning({ file: this.#file, ...at.position, message, sourceLine: '' });
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

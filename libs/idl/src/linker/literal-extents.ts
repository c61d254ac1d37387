import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import { MAX_NESTING } from '../parser/token-cursor.js';
import type {
  ConstantValue,
  DefinitionReference,
  FieldSchema,
  FileSchema,
  SourcePosition,
  StructSchema,
  TypeSchema,
} from '../schema/schema.js';
import type { SourceText } from '../source/source-text.js';
import type { LinkBudget } from './file-scope.js';

const MAX_DEPTH = 2 * MAX_NESTING;

/** What a literal makes: values in all, and how deep they are nested. */
interface Extent {
  readonly nodes: number;
  readonly depth: number;
}

const LEAF: Extent = { nodes: 1, depth: 1 };

/** A constant or a field with a default, and the place that messages name. */
interface Origin {
  readonly title: string;
  readonly source: SourceText;
  readonly position: SourcePosition;
}

/** A field whose value is being measured. */
interface OpenField {
  readonly field: FieldSchema;
  readonly owner: string;
}

/**
 * Measures what literals of structs make at run time. Fields that a literal leaves out get their own defaults, and
 * required ones a zero value, so that a few lines may lead to values without end.
 */
export class LiteralExtents {
  readonly #budget: LinkBudget;
  readonly #diagnostics: DiagnosticCollector;

  readonly #structs = new Map<string, StructSchema>();
  readonly #extents = new Map<FieldSchema, Extent>();
  readonly #open: OpenField[] = [];
  #origin: Origin | undefined;

  constructor(files: Iterable<FileSchema>, budget: LinkBudget, diagnostics: DiagnosticCollector) {
    this.#budget = budget;
    this.#diagnostics = diagnostics;

    for (const { path, structs } of files) {
      for (const struct of structs) {
        this.#structs.set(keyOf({ file: path, name: struct.name }), struct);
      }
    }
  }

  /** Reports the literals of a file that never end, or make too much. */
  check({ constants, structs, services }: FileSchema, source: SourceText): void {
    for (const { name, position, type, value } of constants) {
      const extent = this.#from({ title: name, source, position }, () =>
        this.#value(value, type, 0),
      );
      this.#budget.spend(extent.nodes, source, position);
    }
    const methods = services.flatMap((service) => service.methods);
    const owners = [
      ...structs.map(({ name, fields }) => ({ name, fields })),
      ...methods.map(({ name, parameters }) => ({ name, fields: parameters })),
    ];
    for (const { name, fields } of owners) {
      for (const field of fields) {
        if (field.defaultValue !== undefined) {
          const { position } = field;
          const origin = { title: `${name}.${field.name}`, source, position };
          const extent = this.#from(origin, () => this.#absent(field, name, 0));
          this.#budget.spend(extent.nodes, source, position);
        }
      }
    }
  }

  #from(origin: Origin, measure: () => Extent): Extent {
    this.#origin = origin;
    return measure();
  }

  /** What stands for a field that a literal leaves out. */
  #absent(field: FieldSchema, owner: string, depth: number): Extent {
    const known = this.#extents.get(field);
    if (known !== undefined) {
      this.#checkDepth(depth + known.depth);
      return known;
    }
    if (this.#open.some((each) => each.field === field)) {
      this.#reportCycle(field, owner);
      return LEAF;
    }
    this.#open.push({ field, owner });
    const { defaultValue, type } = field;
    const extent =
      defaultValue === undefined
        ? this.#zero(field, owner, depth)
        : this.#value(defaultValue, type, depth);
    this.#open.pop();
    this.#extents.set(field, extent);
    return extent;
  }

  #zero({ name, requiredness, type }: FieldSchema, owner: string, depth: number): Extent {
    if (requiredness !== 'required' || type.kind !== 'struct') {
      return LEAF;
    }
    const struct = this.#structOf(type.ref);
    if (struct.kind === 'union') {
      this.#report(
        `"${this.#origin?.title}" leaves out the required field "${owner}.${name}", and a union has no zero value`,
      );
      return LEAF;
    }
    return this.#fields(struct, {}, depth);
  }

  #value(value: ConstantValue, type: TypeSchema, depth: number): Extent {
    this.#checkDepth(depth);
    if (value.kind === 'struct' && type.kind === 'struct') {
      return this.#fields(this.#structOf(type.ref), value.fields, depth);
    }
    if (value.kind === 'list' && (type.kind === 'list' || type.kind === 'set')) {
      return sum(value.values.map((each) => this.#value(each, type.element, depth + 1)));
    }
    if (value.kind === 'map' && type.kind === 'map') {
      return sum(
        value.entries.flatMap((entry) => [
          this.#value(entry.key, type.key, depth + 1),
          this.#value(entry.value, type.value, depth + 1),
        ]),
      );
    }
    return LEAF;
  }

  #fields(
    struct: StructSchema,
    given: Readonly<Record<string, ConstantValue>>,
    depth: number,
  ): Extent {
    this.#checkDepth(depth);
    return sum(
      struct.fields.map((field) => {
        const value = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
        if (value !== undefined) {
          return this.#value(value, field.type, depth + 1);
        }
        return struct.kind === 'union' ? LEAF : this.#absent(field, struct.name, depth + 1);
      }),
    );
  }

  #structOf(reference: DefinitionReference): StructSchema {
    const struct = this.#structs.get(keyOf(reference));
    if (struct === undefined) {
      throw new TypeError(`there is no struct "${reference.name}" in "${reference.file}"`);
    }
    return struct;
  }

  #reportCycle(field: FieldSchema, owner: string): void {
    const from = this.#open.findIndex((each) => each.field === field);
    const cycle = [...this.#open.slice(from), { field, owner }]
      .map((each) => `${each.owner}.${each.field.name}`)
      .join(' -> ');
    this.#report(
      `"${this.#origin?.title}" has a value that never ends: ${cycle}; leave out one of the defaults, or give the literal ` +
        'all fields of this circle',
    );
  }

  #checkDepth(depth: number): void {
    if (depth <= MAX_DEPTH || this.#origin === undefined) {
      return;
    }
    const { title, source, position } = this.#origin;
    const message = `"${title}" has a value of more than ${MAX_DEPTH} levels, with the defaults of what it leaves out`;
    this.#diagnostics.fail(source, position, message);
  }

  #report(message: string): void {
    if (this.#origin !== undefined) {
      this.#diagnostics.report(this.#origin.source, this.#origin.position, message);
    }
  }
}

function keyOf({ file, name }: DefinitionReference): string {
  return `${file}#${name}`;
}

function sum(parts: readonly Extent[]): Extent {
  let nodes = 1;
  let depth = 0;
  for (const part of parts) {
    nodes += part.nodes;
    depth = Math.max(depth, part.depth);
  }
  return { nodes, depth: depth + 1 };
}

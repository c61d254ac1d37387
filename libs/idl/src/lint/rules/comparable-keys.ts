import type { TypeSchema } from '../../schema/schema.js';
import { defineRule, type Report } from '../lint-rule.js';

const COMPARABLE: ReadonlySet<TypeSchema['kind']> = new Set([
  'string',
  'i8',
  'i16',
  'i32',
  'i64',
  'enum',
  'uuid',
]);

/** Keys of maps and elements of sets can be compared everywhere. */
export const comparableKeys = defineRule({
  name: 'comparable-keys',
  summary: 'keys of maps and elements of sets are strings, integers, enums or uuids',
  reason:
    'Structs and containers have no equality in JavaScript and cannot be keys in Go; a double has a NaN that equals nothing, and binary is an object in most languages.',
  severity: 'warn',
  check({ schema }, report) {
    const methods = schema.services.flatMap((service) => service.methods);
    const fields = [
      ...schema.structs.flatMap((struct) => struct.fields),
      ...methods.flatMap(({ parameters }) => parameters),
      ...schema.typedefs,
      ...schema.constants,
    ];
    for (const { name, position, type } of fields) {
      checkType(name, position, type, report);
    }
    for (const { name, position, returns } of methods) {
      if (returns !== undefined) {
        checkType(name, position, returns, report);
      }
    }
  },
});

function checkType(
  name: string,
  position: Exclude<Parameters<Report>[0], number>,
  type: TypeSchema,
  report: Report,
): void {
  if (type.kind === 'map') {
    checkKey(type.key, 'key');
    checkType(name, position, type.key, report);
    checkType(name, position, type.value, report);
  } else if (type.kind === 'list' || type.kind === 'set') {
    if (type.kind === 'set') {
      checkKey(type.element, 'element');
    }
    checkType(name, position, type.element, report);
  }

  function checkKey({ kind }: TypeSchema, role: string): void {
    if (COMPARABLE.has(kind)) {
      return;
    }
    report(
      position,
      `"${name}" has a ${kind} as ${role} of a ${type.kind}; take a string or an integer`,
    );
  }
}

import { findStruct } from '../../schema/queries.js';
import type { DefinitionReference, FieldSchema, Schema } from '../../schema/schema.js';
import { defineRule } from '../lint-rule.js';

/** A struct does not require itself. */
export const noEndlessStruct = defineRule({
  name: 'no-endless-struct',
  summary: 'no struct requires itself, directly or through others',
  reason: 'There is no value of it: each would have to hold another one without end.',
  severity: 'error',
  check({ schema, all }, report) {
    for (const { name, fields } of schema.structs) {
      const self = { file: schema.path, name };
      for (const field of fields) {
        if (!requires(all, field, self)) continue;
        report(
          field.position,
          `"${name}" requires itself through "${field.name}"; make the field optional`,
        );
      }
    }
  },
});

function requires(all: Schema, field: FieldSchema, wanted: DefinitionReference): boolean {
  const seen = new Set<string>();
  const open = [field];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.requiredness !== 'required' || next.type.kind !== 'struct') continue;
    const { ref } = next.type;
    if (ref.file === wanted.file && ref.name === wanted.name) return true;
    const key = `${ref.file}\0${ref.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...findStruct(all, ref).fields);
  }
  return false;
}

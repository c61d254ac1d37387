import { endlessStructs, structKey } from '../endless-structs.js';
import { defineRule } from '../lint-rule.js';

/** A struct does not require itself. */
export const noEndlessStruct = defineRule({
  name: 'no-endless-struct',
  summary: 'no struct requires itself, directly or through others',
  reason: 'There is no value of it: each would have to hold another one without end.',
  severity: 'error',
  check({ schema, all }, report) {
    const endless = endlessStructs(all);
    for (const { name, fields } of schema.structs) {
      if (!endless.has(structKey({ file: schema.path, name }))) {
        continue;
      }
      for (const { name: field, type, requiredness, position } of fields) {
        if (requiredness !== 'required' || type.kind !== 'struct') {
          continue;
        }
        if (!endless.has(structKey(type.ref))) {
          continue;
        }
        report(position, `"${name}" requires itself through "${field}"; make the field optional`);
      }
    }
  },
});

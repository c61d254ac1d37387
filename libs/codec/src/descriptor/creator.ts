import { defaultOf, type FieldShape, type StructShape } from '../definition/shape.js';
import { engineName } from '../engine/engine.js';
import { fieldAccess, propertyKey } from '../engine/emit/names.js';
import { setEntry } from '../runtime/collections.js';

type Values = Readonly<Record<string, unknown>>;

/** The function that makes values of a struct from some of their fields. */
export function creator(struct: StructShape): (init: Values) => unknown {
  if (struct.exceptionClass !== undefined) {
    const type = struct.exceptionClass();
    return (init) => new type(init);
  }
  if (struct.kind === 'union') {
    return (init) => pick(struct.fields, init);
  }
  return engineName() === 'code' ? emitCreator(struct.fields) : (init) => fill(struct.fields, init);
}

/** One literal gives all values the same hidden class, which the codecs of the struct then see. */
function emitCreator(fields: readonly FieldShape[]): (init: Values) => unknown {
  const members = fields.map(({ name, defaultValue }, index) => {
    const given = fieldAccess('init', name);
    const fallback = defaultValue === undefined ? '' : ` ?? defaultOf(fields[${index}])`;
    return `${propertyKey(name)}: (${given})${fallback}`;
  });
  const body = `'use strict'; return (init = {}) => ({ ${members.join(', ')} });`;
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is our own, from names of the IDL
  const make = new Function('fields', 'defaultOf', body) as (
    fields: readonly FieldShape[],
    fallback: typeof defaultOf,
  ) => (init: Values) => unknown;
  return make(fields, defaultOf);
}

function fill(fields: readonly FieldShape[], init: Values = {}): unknown {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const given = Object.hasOwn(init, field.name) ? init[field.name] : undefined;
    setEntry(values, field.name, given ?? defaultOf(field));
  }
  return values;
}

function pick(fields: readonly FieldShape[], init: Values = {}): unknown {
  const values: Record<string, unknown> = {};
  for (const { name } of fields) {
    if (Object.hasOwn(init, name) && init[name] !== undefined) {
      setEntry(values, name, init[name]);
    }
  }
  return values;
}

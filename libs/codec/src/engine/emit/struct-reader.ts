import { appliedDefault, type FieldShape, type StructShape } from '../../definition/shape.js';
import { construct, emitConstant } from './constants.js';
import type { EmitScope } from './emit-scope.js';
import { fieldCost, structCost } from './memory-cost.js';
import { propertyKey } from './names.js';
import { referencedStructs } from './struct-graph.js';
import { typescriptType } from './typescript-type.js';
import { readValue } from './value-reader.js';
import type { WireEmitter } from './wire-emitter.js';

/** Body of `readBinary` or `readCompact`: one loop over the fields as they come, then the checks, then the object. */
export function emitStructReader(scope: EmitScope, wire: WireEmitter, struct: StructShape): void {
  const { code, context } = scope;
  const locals = new Map(struct.fields.map((field) => [field, code.fresh('f')]));
  code.line('const depth = input.depth - 1;');
  code.line(`if (depth < 0) throw ${scope.runtime('tooDeep')}();`);
  code.line('const bytes = input.bytes;');
  code.line('const end = input.end;');
  code.line('let p = input.position;');
  wire.declareReader(scope, struct);
  const nests = struct.fields.some(({ type }) => referencedStructs(type).length > 0);
  if (nests) {
    code.line('input.depth = depth;');
  }
  const scalars = struct.fields.some((field) => fieldCost(struct, field) > 0);
  if (scalars) {
    code.line(`let memory = ${structCost(struct, false)};`);
  }
  if (struct.kind === 'union') {
    declareUnion(scope, struct);
  } else {
    declareFields(scope, locals);
  }
  code.block('for (;;)', () => {
    wire.readHeader(scope);
    code.block(`switch (${wire.fieldKey(scope)})`, () => {
      for (const [field, local] of locals) {
        emitCases(scope, wire, struct, field, local);
      }
      code.line('default:');
      wire.enterField(scope);
      if (struct.mismatchedFields === 'error') {
        rejectMismatches(scope, wire, struct);
      }
      wire.skipField(scope, 'depth');
    });
  });
  code.line(wire.name === 'Binary' ? 'input.position = p + 1;' : 'input.position = p;');
  if (nests) {
    code.line('input.depth = depth + 1;');
  }
  // Room for all fields whether they came or not, and for the scalars that came.
  const memory = scalars ? 'memory' : String(structCost(struct, false));
  code.line(`input.budget -= ${memory};`);
  code.line(`if (input.budget < 0) throw input.tooLarge('${struct.name}');`);
  if (struct.kind === 'union') {
    return finishUnion(scope, struct);
  }
  for (const [field, local] of locals) {
    completeField(scope, struct, field, local);
  }
  const members = [...locals].map(([{ name }, local]) => `${propertyKey(name)}: ${local}`);
  const literal = members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  code.line(`return ${construct(struct, literal, context)};`);
}

function declareFields(scope: EmitScope, locals: ReadonlyMap<FieldShape, string>): void {
  for (const [{ type }, local] of locals) {
    const annotation = scope.annotation(() => `${typescriptType(type, scope.context)} | undefined`);
    scope.code.line(`let ${local}${annotation};`);
  }
}

function declareUnion(scope: EmitScope, struct: StructShape): void {
  const annotation = scope.annotation(() => `${scope.context.typeName(struct)} | undefined`);
  scope.code.line(`let result${annotation};`);
}

/** Without a member that is known the union is absent: Kitex writes a nil union so, and newer peers have more members. */
function finishUnion(scope: EmitScope, struct: StructShape): void {
  const { language } = scope.context;
  const cast = language === 'typescript' ? ` as ${scope.context.typeName(struct)}` : '';
  scope.code.line(`return result${cast};`);
}

function emitCases(
  scope: EmitScope,
  wire: WireEmitter,
  struct: StructShape,
  field: FieldShape,
  local: string,
): void {
  for (const { key, value } of wire.fieldCases(field)) {
    scope.code.block(`case ${key}: /* ${field.name} */`, () => {
      wire.enterField(scope);
      emitAssignment(scope, wire, struct, field, local, value);
      scope.code.line('break;');
    });
  }
}

/** A field of the struct that comes here has another type on the wire: one of its type has a case of the loop. */
function rejectMismatches(
  scope: EmitScope,
  wire: WireEmitter,
  { name, fields }: StructShape,
): void {
  scope.code.block(`switch (${wire.fieldId(scope)})`, () => {
    for (const field of fields) {
      const failure = `${scope.runtime('mismatchedField')}('${name}', '${field.name}')`;
      scope.code.line(`case ${field.id & 0xffff}: throw ${failure};`);
    }
  });
}

function emitAssignment(
  scope: EmitScope,
  wire: WireEmitter,
  struct: StructShape,
  field: FieldShape,
  local: string,
  headerValue: string | undefined,
): void {
  const { code } = scope;
  const reader = { scope, wire, where: `${struct.name}.${field.name}` };
  const memory = fieldCost(struct, field);
  if (memory > 0) {
    code.line(`memory += ${memory};`);
  }
  if (struct.kind !== 'union') {
    if (headerValue !== undefined) {
      code.line(`${local} = ${headerValue};`);
    } else {
      readValue(reader, field.type, local, 1);
    }
    return;
  }
  code.line(`if (result !== undefined) throw ${scope.runtime('badUnion')}('${struct.name}');`);
  if (headerValue === undefined) {
    readValue(reader, field.type, `const ${local}`, 1);
  }
  const member = `result = { ${propertyKey(field.name)}: ${headerValue ?? local} };`;
  code.line(field.type.kind === 'union' ? `if (${local} !== undefined) ${member}` : member);
}

function completeField(
  scope: EmitScope,
  struct: StructShape,
  field: FieldShape,
  local: string,
): void {
  const { code, context } = scope;
  if (field.requiredness === 'required') {
    const failure = `${scope.runtime('missingField')}('${struct.name}', '${field.name}')`;
    code.line(`if (${local} === undefined) throw ${failure};`);
  }
  const value = appliedDefault(struct, field);
  if (value !== undefined) {
    const text = emitConstant(value, field.type, context);
    code.line(`if (${local} === undefined) ${local} = ${text};`);
  }
}

import type { FieldSchema, MethodSchema, ServiceSchema } from '@nestjs-thrift/idl';
import type { FileScope } from '../scope/file-scope.js';
import { docComment } from '../text/doc-comment.js';
import { annotationsProperty, quote, valueKey } from '../text/literals.js';
import { fieldExpression, typeExpression } from './type-expression.js';

/** The definition that clients are made from and servers serve. */
export function serviceDefinition(service: ServiceSchema, scope: FileScope): string {
  const names = scope.names.services.get(service.name);
  const methods = service.methods.map((method) => methodSource(method, scope));
  const body = methods.length === 0 ? '({})' : `({\n${methods.join('')}})`;
  const base =
    service.extends === undefined
      ? ''
      : `, () => ${scope.service(service.extends, 'value', 'definition')}`;
  return (
    `${docComment(service)}export const ${names?.definition}: ` +
    `${scope.t}.ServiceDefinition<${names?.client}> = ` +
    `/* @__PURE__ */ ${scope.t}.service(${quote(service.name)}, () => ${body}${base});\n`
  );
}

function methodSource(method: MethodSchema, scope: FileScope): string {
  const kind = method.stream ?? (method.oneway ? 'oneway' : undefined);
  const lines = [
    ...(kind === undefined ? [] : [`kind: '${kind}'`]),
    `input: ${fieldRecord(method.parameters, scope)}`,
    ...(method.returns ? [`output: ${typeExpression(method.returns, scope)}`] : []),
    ...(method.exceptions.length > 0 ? [`throws: ${fieldRecord(method.exceptions, scope)}`] : []),
    ...annotationsProperty(method.annotations),
  ];
  const body = lines.map((line) => `    ${line},\n`).join('');
  return `  ${valueKey(method.name)}: {\n${body}  },\n`;
}

function fieldRecord(fields: readonly FieldSchema[], scope: FileScope): string {
  const members = fields.map(
    (field) => `${valueKey(field.name)}: ${fieldExpression(field, scope)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

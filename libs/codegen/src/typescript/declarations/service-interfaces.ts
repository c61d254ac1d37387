import type { FieldSchema, MethodSchema, ServiceSchema } from '@nestjs-thrift/idl';
import { allMethods, findService } from '@nestjs-thrift/idl';
import { NamePool } from '../naming/name-pool.js';
import type { FileScope } from '../scope/file-scope.js';
import { blockComment, docComment } from '../text/doc-comment.js';
import { methodKey, quote } from '../text/literals.js';

const MICROSERVICE = '@nestjs-thrift/microservice';

/** What callers hold: promises, positional arguments, then options of the call. */
export function clientInterface(service: ServiceSchema, scope: FileScope): string {
  const methods = service.methods.map((method) => {
    const names = new NamePool();
    const parameters = method.parameters.map(
      (field) => `${names.take(field.name)}: ${argumentType(field, scope)}`,
    );
    const options = scope.imports.name(MICROSERVICE, 'CallOptions', 'type');
    parameters.push(`${names.take('options')}?: ${options}`);
    const signature = `${methodKey(method.name)}(${parameters.join(', ')})`;
    return `${docComment(method, '  ')}  ${signature}: Promise<${returnType(method, scope)}>;\n`;
  });
  const names = scope.names.services.get(service.name);
  return interfaceText(service, `${names?.client}`, `Calls`, methods, scope, 'client');
}

/** What a handler class implements: one argument as it is, none or several by name, then the context. */
export function controllerInterface(service: ServiceSchema, scope: FileScope): string {
  const names = scope.names.services.get(service.name);
  const methods = service.methods.map((method) => {
    const context = scope.imports.name(MICROSERVICE, 'ThriftContext', 'type');
    const payload = handlerArgument(method, `${names?.methods.get(method.name)?.arguments}`, scope);
    const signature = `${methodKey(method.name)}(${payload}, context: ${context})`;
    return `${docComment(method, '  ')}  ${signature}: ${handlerResult(method, scope)};\n`;
  });
  return interfaceText(service, `${names?.controller}`, `Serves`, methods, scope, 'controller');
}

function interfaceText(
  service: ServiceSchema,
  name: string,
  verb: string,
  methods: readonly string[],
  scope: FileScope,
  role: 'client' | 'controller',
): string {
  const heritage = service.extends === undefined ? '' : ` extends ${base(service, scope, role)}`;
  const doc =
    service.doc === undefined
      ? blockComment([`${verb} \`${service.name}\`.`])
      : docComment(service);
  const body = methods.length === 0 ? '' : `\n${methods.join('')}`;
  return `${doc}export interface ${name}${heritage} {${body}}\n`;
}

/** The interface of the service that is extended, without the methods that are defined again. */
function base(service: ServiceSchema, scope: FileScope, role: 'client' | 'controller'): string {
  if (service.extends === undefined) {
    return '';
  }
  const name = scope.service(service.extends, 'type', role);
  const { schema } = scope;
  const inherited = allMethods(schema, findService(schema, service.extends));
  const again = service.methods.filter((method) => inherited.some((m) => m.name === method.name));
  if (again.length === 0) {
    return name;
  }
  return `Omit<${name}, ${again.map((method) => quote(method.name)).join(' | ')}>`;
}

/** An argument with a default may be given as `undefined`. */
function argumentType(field: FieldSchema, scope: FileScope): string {
  const type = scope.type(field.type);
  return field.defaultValue === undefined ? type : `${type} | undefined`;
}

function handlerArgument(method: MethodSchema, argumentsType: string, scope: FileScope): string {
  const [only, ...others] = method.parameters;
  if (only === undefined || others.length > 0) {
    return `args: ${argumentsType}`;
  }
  const name = new NamePool(['context']).take(only.name);
  return `${name}: ${argumentType(only, scope)}`;
}

function returnType(method: MethodSchema, scope: FileScope): string {
  return method.returns === undefined ? 'void' : scope.type(method.returns);
}

function handlerResult(method: MethodSchema, scope: FileScope): string {
  const observable = scope.imports.name('rxjs', 'Observable', 'type');
  const type = returnType(method, scope);
  return `Promise<${type}> | ${observable}<${type}> | ${type}`;
}

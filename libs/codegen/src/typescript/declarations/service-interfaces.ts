import { propertyOfMethod } from '@nestjs-thrift/codec/compiler';
import type { FieldSchema, MethodSchema, ServiceSchema } from '@nestjs-thrift/idl';
import { allMethods, findService } from '@nestjs-thrift/idl';
import { hasZero } from '../adapt-schema.js';
import { NamePool } from '../naming/name-pool.js';
import type { FileScope } from '../scope/file-scope.js';
import { blockComment, docComment } from '../text/doc-comment.js';
import { methodKey, quote } from '../text/literals.js';
import { property } from './properties.js';

/** What callers hold: promises, positional arguments, then options of the call. */
export function clientInterface(service: ServiceSchema, scope: FileScope): string {
  const methods = service.methods.map((method) => {
    const calls =
      method.stream === undefined ? [unaryCall(method, scope)] : streamCalls(method, scope);
    const doc = docComment(method, '  ');
    return calls.map((call) => `${doc}  ${methodKey(method.name)}${call};\n`).join('');
  });
  const names = scope.names.services.get(service.name);
  return interfaceText(service, `${names?.client}`, `Calls`, methods, scope, 'client');
}

function unaryCall(method: MethodSchema, scope: FileScope): string {
  return `(${clientParameters(method, scope).join(', ')}): Promise<${returnType(method, scope)}>`;
}

/** A stream of requests is given as a whole, or sent message by message: two signatures. */
function streamCalls(method: MethodSchema, scope: FileScope): string[] {
  const { t } = scope;
  const [request] = method.parameters;
  const type = request === undefined ? 'never' : scope.type(request.type);
  const response = returnType(method, scope);
  const options = `options?: ${t}.StreamOptions`;
  switch (method.stream) {
    case 'server':
      return [`(request: ${type}, ${options}): ${t}.ServerStream<${response}>`];
    case 'client':
      return [
        `(requests: ${t}.Messages<${type}>, ${options}): Promise<${response}>`,
        `(${options}): ${t}.ClientStream<${type}, ${response}>`,
      ];
    default:
      return [
        `(requests: ${t}.Messages<${type}>, ${options}): ${t}.ServerStream<${response}>`,
        `(${options}): ${t}.DuplexStream<${type}, ${response}>`,
      ];
  }
}

/** An argument may be left out if it is optional or has a default, and so may all that follow it. */
function clientParameters({ parameters }: MethodSchema, scope: FileScope): string[] {
  const names = new NamePool();
  const lastNeeded = parameters.findLastIndex((field) => !canBeLeftOut(field));
  const texts = parameters.map((field, index) => {
    const name = names.take(field.name);
    const type = argumentType(field, scope);
    return index > lastNeeded ? `${name}?: ${type}` : `${name}: ${type}`;
  });
  return [...texts, `${names.take('options')}?: ${scope.t}.CallOptions`];
}

/** What a handler class implements: one argument as it is, none or several by name, then the context. */
export function controllerInterface(service: ServiceSchema, scope: FileScope): string {
  const names = scope.names.services.get(service.name);
  const methods = service.methods.map((method) => {
    const payload = handlerArgument(method, scope);
    const { t } = scope;
    const context = method.stream === undefined ? 'ThriftContext' : 'ThriftStreamContext';
    const signature = `${methodKey(method.name)}(${payload}, context: ${t}.${context})`;
    const handled = sendsStream(method) ? 'HandledStream' : 'Handled';
    const result = `${t}.${handled}<${returnType(method, scope)}>`;
    return `${docComment(method, '  ')}  ${signature}: ${result};\n`;
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
  return `Omit<${name}, ${again.map((method) => quote(propertyOfMethod(method.name))).join(' | ')}>`;
}

/** An argument that may be left out may be given as `undefined`. */
function argumentType(field: FieldSchema, scope: FileScope): string {
  const type = scope.type(field.type);
  return canBeLeftOut(field) ? `${type} | undefined` : type;
}

function canBeLeftOut(field: FieldSchema): boolean {
  const { requiredness, defaultValue } = field;
  return requiredness === 'optional' || (defaultValue !== undefined && !hasZero(field));
}

function sendsStream({ stream }: MethodSchema): boolean {
  return stream === 'server' || stream === 'bidi';
}

function handlerArgument({ parameters, stream }: MethodSchema, scope: FileScope): string {
  const [only, ...others] = parameters;
  if (only !== undefined && others.length === 0) {
    const name = new NamePool(['context']).take(only.name);
    const type = argumentType(only, scope);
    const isStream = stream === 'client' || stream === 'bidi';
    return `${name}: ${isStream ? `${scope.t}.ReceivedMessages<${type}>` : type}`;
  }
  const members = parameters.map((field) => property(field, scope)).join('; ');
  return members === '' ? 'args: Record<string, never>' : `args: { ${members} }`;
}

function returnType(method: MethodSchema, scope: FileScope): string {
  return method.returns === undefined ? 'void' : scope.type(method.returns);
}

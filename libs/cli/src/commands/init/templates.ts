import type { ChosenService, ServiceMethod } from './service.js';

/** A file to write, with its path relative to the project. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** What all files of a project have in common. */
export interface FileContext {
  readonly service: ChosenService;
  /** Whether the IDL is {@link EXAMPLE_IDL}, which the example code fits. */
  readonly isExample: boolean;
  /** How imports of files of the project end. */
  readonly extension: string;
  /** The generated module, as a file in the folder of the new files imports it. */
  readonly generated: string;
  /** Address of the service that a client calls. */
  readonly address: string;
}

/** The IDL of a project that has none. */
export const EXAMPLE_IDL = `struct GetUserRequest { 1: required i64 user_id }
struct User { 1: required i64 id, 2: required string name }
struct GetUserResponse { 1: required User user }
exception UserNotFound { 1: required string message, 2: optional i64 user_id }

service UserService {
  GetUserResponse GetUser(1: GetUserRequest req) throws (1: UserNotFound notFound) (idempotent = "true")
}
`;

/** The controller that serves the service. */
export function controllerFile(context: FileContext): string {
  return context.isExample ? exampleController(context) : unfinishedController(context);
}

function exampleController({ generated }: FileContext): string {
  return `import { ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { UserNotFound, UserService } from '${generated}';
import type { GetUserRequest, GetUserResponse, UserServiceController } from '${generated}';

@ThriftService(UserService)
export class UserThriftController implements UserServiceController {
  private readonly names = new Map([[1n, 'Ada']]);

  @ThriftMethod()
  async GetUser({ user_id }: GetUserRequest): Promise<GetUserResponse> {
    const name = this.names.get(user_id);
    if (name === undefined) {
      throw new UserNotFound({ message: \`no user \${user_id}\`, user_id });
    }
    return { user: { id: user_id, name } };
  }
}
`;
}

/** Every method has to be there: a server with a method without a handler does not start. */
function unfinishedController({ service, generated }: FileContext): string {
  const types = [...typesOf(service.methods), `${service.name}Controller`].sort();
  const handlers = service.methods.map((method) => unfinishedHandler(service, method));
  return `import { ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { ${service.name} } from '${generated}';
${importTypes(types, generated)}

@ThriftService(${service.name})
export class ${service.baseName}ThriftController implements ${service.name}Controller {
${handlers.join('\n\n')}
}
`;
}

function unfinishedHandler({ name }: ChosenService, method: ServiceMethod): string {
  const { property, parameters, requestType, replyType } = method;
  const controller = `${name}Controller['${property}']`;
  const [first = 'args'] = parameters;
  const parameter =
    parameters.length === 0
      ? ''
      : `${parameters.length === 1 ? first : 'args'}: ${requestType ?? `Parameters<${controller}>[0]`}`;
  const result = replyType === undefined ? `ReturnType<${controller}>` : `Promise<${replyType}>`;
  return `  @ThriftMethod()
  ${property}(${parameter}): ${result} {
    throw new Error('${name}.${method.name} is not implemented');
  }`;
}

/** The provider through which an application calls the service. */
export function clientFile(context: FileContext): string {
  const { service, generated } = context;
  const method = firstUnary(service);
  const types = [...typesOf(method === undefined ? [] : [method]), `${service.name}Client`].sort();
  return `import { Injectable } from '@nestjs/common';
import { InjectThriftClient } from '@nestjs-thrift/microservice';
${importTypes(types, generated)}

@Injectable()
export class ${service.baseName}ThriftClient {
  constructor(
    @InjectThriftClient('${service.fileName}') private readonly service: ${service.name}Client,
  ) {}
${method === undefined ? '' : `\n${clientMethod(service, method)}\n`}}
`;
}

function clientMethod({ name }: ChosenService, method: ServiceMethod): string {
  const { property, parameters, requestType, replyType } = method;
  const client = `${name}Client['${property}']`;
  const result = replyType === undefined ? `ReturnType<${client}>` : `Promise<${replyType}>`;
  const [declared, passed] =
    requestType === undefined
      ? [`...args: Parameters<${client}>`, '...args']
      : [`${parameters[0]}: ${requestType}`, parameters[0]];
  return `  ${property}(${declared}): ${result} {
    return this.service.${property}(${passed});
  }`;
}

/** The module with the controller or the client. */
export function moduleFile(context: FileContext, isClient: boolean): string {
  const { service, extension, generated, address } = context;
  const { baseName, fileName } = service;
  return isClient
    ? `import { Module } from '@nestjs/common';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { ${service.name} } from '${generated}';
import { ${baseName}ThriftClient } from './${fileName}.client${extension}';

@Module({
  imports: [
    ThriftModule.forFeature([
      { name: '${fileName}', service: ${service.name}, endpoints: ['${address}'], timeoutMs: 2_000 },
    ]),
  ],
  providers: [${baseName}ThriftClient],
  exports: [${baseName}ThriftClient],
})
export class ${baseName}ThriftModule {}
`
    : `import { Module } from '@nestjs/common';
import { ${baseName}ThriftController } from './${fileName}.controller${extension}';

@Module({ controllers: [${baseName}ThriftController] })
export class ${baseName}ThriftModule {}
`;
}

/** The root module of a new application. */
export function appModuleFile({ service, extension }: FileContext, isClient: boolean): string {
  return `import { Module } from '@nestjs/common';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { ${service.baseName}ThriftModule } from './thrift/${service.fileName}.module${extension}';

@Module({
  imports: [${forRoot(isClient)}, ${service.baseName}ThriftModule],
})
export class AppModule {}
`;
}

/** The call that configures Thrift in the root module. */
export function forRoot(isClient: boolean): string {
  return isClient ? 'ThriftModule.forRoot({})' : 'ThriftModule.forRoot({ server: { port: 8888 } })';
}

function typesOf(methods: readonly ServiceMethod[]): string[] {
  const types = methods.flatMap(({ requestType, replyType }) => [requestType, replyType]);
  return [...new Set(types.filter((type) => type !== undefined))];
}

function importTypes(types: readonly string[], module: string): string {
  const line = `import type { ${types.join(', ')} } from '${module}';`;
  return line.length <= 80
    ? line
    : `import type {\n${types.map((type) => `  ${type},\n`).join('')}} from '${module}';`;
}

/** The method that examples call. */
export function firstUnary({ methods }: ChosenService): ServiceMethod | undefined {
  return methods.find(({ isUnary }) => isUnary);
}

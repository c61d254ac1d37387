import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, Payload } from '@nestjs/microservices';
import {
  ThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
  ThriftValidationPipe,
} from '@nestjs-thrift/microservice';
import { createClient, ServerTransport } from '@nestjs-thrift/transport';
import { serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { itOnNest12 } from '#test/nest-version.js';
import { Probe } from '#test/shop.js';

const endpoints = ['127.0.0.1:1'];
const users = { name: 'users', service: Probe, endpoints };

/** The message of the error with which an application of these modules does not start. */
async function startError(imports: () => DynamicModule[]): Promise<string> {
  const options = { logger: false, abortOnError: false } as const;
  try {
    const module = { module: class AppModule {}, imports: imports() };
    const app = await NestFactory.createApplicationContext(module, options);
    await app.close();
  } catch (error) {
    return (error as Error).message;
  }
  return 'it started';
}

const asyncClient = (options: unknown): DynamicModule =>
  ThriftModule.forFeatureAsync([{ name: 'users', useFactory: () => options as never }]);

class NoFactory {}

describe('an application with a mistake in its modules does not start', () => {
  it.each<[string, () => DynamicModule[], string | RegExp]>([
    [
      'a client without its service',
      () => [asyncClient({ endpoints })],
      'the Thrift client "users" needs the service: the definition from the generated file, such as UserService, or its name in the ' +
        'IDL; got undefined; do two files import each other, or is the option missing?',
    ],
    [
      'a client of a class',
      () => [asyncClient({ endpoints, service: class UserController {} })],
      /got the class UserController; is it a controller or a client interface\?$/,
    ],
    [
      'a client whose factory returns nothing',
      () => [asyncClient(undefined)],
      'the Thrift client "users" has no options: its factory returned undefined',
    ],
    [
      'an unknown option from a factory',
      () => [asyncClient({ service: Probe, endpoints, timeoutMS: 300 })],
      /^the Thrift client "users": unknown option client\(Probe\)\.timeoutMS; did you mean timeoutMs\?$/,
    ],
    [
      'a timeout that is a string',
      () => [ThriftModule.forFeature([{ ...users, attemptTimeoutMs: '3000' as never }])],
      /^the Thrift client "users": client\(Probe\)\.attemptTimeoutMs must be .*; got the string "3000"$/,
    ],
    [
      'an endpoint from a variable that is not set',
      () => [ThriftModule.forFeature([{ ...users, endpoints: [undefined as never] }])],
      /endpoints\[0\] must be an address .*; got undefined; is an environment variable not set\?$/,
    ],
    [
      'endpoints that are not a list',
      () => [ThriftModule.forFeature([{ ...users, endpoints: 'users:8888' as never }])],
      /endpoints must be an array.*; got the string "users:8888"$/,
    ],
    [
      'a path instead of a CA certificate',
      () => [ThriftModule.forFeature([{ ...users, tls: { ca: '/etc/ca.pem' } }])],
      'the Thrift client "users": client(Probe).tls.ca must be the text of a PEM file; got a string without ' +
        '"-----BEGIN"; a path is read with readFileSync(path)',
    ],
    [
      'TLS without a certificate',
      () => [ThriftModule.forRoot({ server: { tls: {} } })],
      'server.tls needs a certificate: cert and key, or pfx',
    ],
    [
      'an unknown option of the module',
      () => [ThriftModule.forRoot({ sever: { port: 1 } } as never)],
      'unknown option ThriftModule.forRoot.sever; did you mean server?',
    ],
    [
      'an unknown default of clients',
      () => [ThriftModule.forRoot({ client: { timeoutMS: 1 } } as never)],
      'unknown option ThriftModule.forRoot.client.timeoutMS; did you mean timeoutMs?',
    ],
    [
      'a module whose factory returns nothing',
      () => [ThriftModule.forRootAsync({ useFactory: () => undefined as never })],
      'ThriftModule.forRoot has no options: its factory returned undefined',
    ],
    [
      'a client that does not know whom to call',
      () => [asyncClient({ service: Probe })],
      'the Thrift client "users": client(Probe) needs "endpoints", a "resolver" or a "failover" to know whom to call',
    ],
    [
      'a client of a name without an IDL',
      () => [ThriftModule.forFeature([{ ...users, service: 'Probe' }])],
      'the Thrift client "users": the service Probe is given by name: set "idl", or use the generated definition',
    ],
    [
      'an endpoint with a host from a variable that is not set',
      () => [ThriftModule.forFeature([{ ...users, endpoints: ['undefined:8888'] }])],
      /endpoints\[0\] must be an address .*; got the string "undefined:8888"; is an environment variable not set\?$/,
    ],
    [
      'an empty CA certificate',
      () => [ThriftModule.forFeature([{ ...users, tls: { ca: '' } }])],
      'tls.ca must be the text of a PEM file; got an empty string; is an environment variable not set?',
    ],
    [
      'a certificate without its key',
      () => [ThriftModule.forFeature([{ ...users, tls: { cert: '-----BEGIN CERTIFICATE' } }])],
      'the Thrift client "users": client(Probe).tls needs cert and key together',
    ],
    [
      'one name in two lists of clients',
      () => [ThriftModule.forFeature([users]), asyncClient({ service: Probe, endpoints })],
      'AppModule imports two clients that are called "users": give each its own name',
    ],
    [
      'a service of the server that is undefined',
      () => [ThriftModule.forRoot({ server: { services: [undefined as never] } })],
      'ThriftModule.forRoot.server.services[0] must be a service definition or its name in the IDL; got undefined; do two files import ' +
        'each other, or is the option missing?',
    ],
    [
      'a module without options',
      () => [ThriftModule.forRoot(undefined as never)],
      'ThriftModule.forRoot must be an object of options; got undefined',
    ],
    [
      'isGlobal as a string',
      () => [ThriftModule.forRoot({ isGlobal: 'false' as never })],
      'ThriftModule.forRoot.isGlobal must be true or false; got the string "false"',
    ],
    [
      'a module without a factory',
      () => [ThriftModule.forRootAsync({})],
      'ThriftModule.forRootAsync needs one of useFactory, useClass and useExisting; got none',
    ],
    [
      'an unknown option next to the factory of a module',
      () => [ThriftModule.forRootAsync({ useFactory: () => ({}), injects: [] } as never)],
      'unknown option ThriftModule.forRootAsync.injects; did you mean inject?',
    ],
    [
      'a module of two files that import each other',
      () => [ThriftModule.forRootAsync({ useFactory: () => ({}), imports: [undefined as never] })],
      'ThriftModule.forRootAsync.imports[0] must be a module; got undefined; do two files import each other?',
    ],
    [
      'a class that makes no options of a module',
      () => [ThriftModule.forRootAsync({ useClass: NoFactory as never })],
      'ThriftModule.forRootAsync: NoFactory has no method createThriftOptions()',
    ],
    [
      'a class that makes no options of a client',
      () => [ThriftModule.forFeatureAsync([{ name: 'users', useClass: NoFactory as never }])],
      'the Thrift client "users": NoFactory has no method createThriftFeatureOptions()',
    ],
    [
      'two global forRoot',
      () => [ThriftModule.forRoot({}), ThriftModule.forRoot({ serviceName: 'users' })],
      /^ThriftModule\.forRoot is called twice in one application: keep the one of the root module/,
    ],
  ])('%s', async (_mistake, imports, message) => {
    expect(await startError(imports)).toMatch(message);
  });

  it('but two modules may each have a client of one name', async () => {
    const moduleOf = (module: Type): DynamicModule => ({
      module,
      imports: [ThriftModule.forFeature([users])],
    });
    const imports = () => [moduleOf(class Orders {}), moduleOf(class Invoices {})];
    expect(await startError(imports)).toBe('it started');
  });

  it('but two forRoot that are not global do', async () => {
    const imports = () =>
      ['a', 'b'].map((serviceName) => ThriftModule.forRoot({ serviceName, isGlobal: false }));
    expect(await startError(imports)).toBe('it started');
  });
});

describe('a mistake in code', () => {
  it.each<[string, () => unknown, string | RegExp]>([
    [
      'a list of clients that is none',
      () => ThriftModule.forFeature(users as never),
      'ThriftModule.forFeature takes an array of clients: [{ name, service, endpoints }]',
    ],
    [
      'a list of clients with factories that is none',
      () => ThriftModule.forFeatureAsync(users as never),
      'ThriftModule.forFeatureAsync takes an array of clients: [{ name, useFactory }]',
    ],
    [
      'a client that is undefined',
      () => ThriftModule.forFeature([undefined as never]),
      'ThriftModule.forFeature[0] must be an object of options; got undefined',
    ],
    [
      'two ways to make the options of a client',
      () =>
        ThriftModule.forFeatureAsync([
          { name: 'users', useFactory: () => users, useClass: NoFactory as never },
        ]),
      'the Thrift client "users" needs one of useFactory, useClass and useExisting; got useFactory and useClass',
    ],
    [
      'a ThriftClient of no service',
      () => new ThriftClient({ services: [], endpoints }),
      /^a ThriftClient needs options: \{ services: \[UserService\]/,
    ],
    [
      '@ThriftMethod on a property',
      () => ThriftMethod()({ constructor: class UserController {} }, 'Ask', undefined as never),
      '@ThriftMethod on UserController.Ask needs a method; got a property',
    ],
    [
      'a client for plain Node.js of an import that is undefined',
      () => createClient(undefined as never, { endpoints } as never),
      /^createClient\(\) needs the definition of a service .*; got undefined; do two files import each other/,
    ],
    [
      'a server for plain Node.js of an import that is undefined',
      () => new ServerTransport([{ definition: undefined as never, handlers: {} }]),
      /^services\[0\]\.definition of a server needs the definition of a service .*; got undefined/,
    ],
    [
      'a server for plain Node.js without handlers',
      () => new ServerTransport([{ definition: Probe } as never]),
      'service Probe has no handlers: give an object with a function for each method',
    ],
    [
      'a client without a name',
      () => ThriftModule.forFeature([{ service: Probe, endpoints } as never]),
      'ThriftModule.forFeature[0].name is missing; it must be a non-empty string',
    ],
    [
      'an unknown option next to a factory',
      () =>
        ThriftModule.forFeatureAsync([
          { name: 'users', useFactory: () => users, injects: [] } as never,
        ]),
      'unknown option ThriftModule.forFeatureAsync[0].injects; did you mean inject?',
    ],
    [
      'a dependency of a factory that is undefined',
      () =>
        ThriftModule.forFeatureAsync([
          { name: 'users', useFactory: () => users, inject: [undefined as never] },
        ]),
      'ThriftModule.forFeatureAsync[0].inject[0] must be a provider token; got undefined; do two files import each other?',
    ],
    [
      'one name for two clients',
      () => ThriftModule.forFeature([users, users]),
      'two clients are called "users": give each its own name',
    ],
    [
      'a ThriftClient without options',
      () => ClientsModule.register([{ name: 'users', customClass: ThriftClient }]),
      /^a ThriftClient needs options: .*; with ClientsModule they are the "options" together with customClass$/,
    ],
    [
      '@ThriftService of an import that is undefined',
      () => ThriftService(undefined as never)(class UserController {}),
      /^@ThriftService of UserController needs the service: .*; got undefined; do two files import each other/,
    ],
    [
      '@ThriftService of an object',
      () => ThriftService({ Ask: 1 } as never)(class UserController {}),
      /; got an object that is not a definition$/,
    ],
  ])('is thrown with what to do: %s', (_mistake, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(TypeError);
  });
});

describe('@Payload({ schema })', () => {
  const schema = {
    '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
  } as const;

  function controllerWithSchema() {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(@Payload({ schema }) question: string): string {
        return question;
      }
    }
    return ProbeController;
  }

  itOnNest12('keeps a server from starting if no pipe reads the schema', async () => {
    await expect(serve({ controllers: [controllerWithSchema()] })).rejects.toThrow(
      'the schema of @Payload({ schema }) is not read in ProbeController.Ask: add ' +
        'app.useGlobalPipes(new ThriftValidationPipe())',
    );
  });

  itOnNest12('is fine beside a pipe', async () => {
    const { server } = await serve({ controllers: [controllerWithSchema()] }, {}, (app) =>
      app.useGlobalPipes(new ThriftValidationPipe()),
    );
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  async function startHybrid(configure: (app: INestApplication) => void): Promise<ThriftServer> {
    const AppModule = {
      module: class AppModule {},
      imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
      controllers: [controllerWithSchema()],
    };
    const app = await NestFactory.create(AppModule, { logger: false });
    cleanUp(() => app.close());
    configure(app);
    const server = ThriftModule.connect(app);
    await app.startAllMicroservices();
    return server;
  }

  itOnNest12('keeps a hybrid application from starting if no pipe reads the schema', async () => {
    await expect(startHybrid(() => undefined)).rejects.toThrow(
      'the schema of @Payload({ schema }) is not read in ProbeController.Ask',
    );
  });

  itOnNest12('is fine beside a pipe of a hybrid application', async () => {
    const server = await startHybrid((app) => app.useGlobalPipes(new ThriftValidationPipe()));
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });
});

describe('an application without forRoot', () => {
  class AppModule {}
  const options = { logger: false, abortOnError: false } as const;

  it('does not connect', async () => {
    const app = await NestFactory.create(AppModule, options);
    cleanUp(() => app.close());
    expect(() => ThriftModule.connect(app)).toThrow(
      'ThriftModule.connect(app) needs the server of ThriftModule.forRoot: import ThriftModule.forRoot({ server: { port } }) in the root module',
    );
  });

  it('does not become a microservice', async () => {
    const created = NestFactory.createMicroservice(AppModule, ThriftModule.microservice(options));
    await expect(created).rejects.toThrow('ThriftModule.microservice() needs the server of');
  });
});

describe('a server that forRoot configures', () => {
  it('listens with the helpers of the module, and knows its address', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(question: string): string {
        return question;
      }
    }
    const AppModule = {
      module: class AppModule {},
      imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
      controllers: [ProbeController],
    };
    const alone = await NestFactory.createMicroservice(
      AppModule,
      ThriftModule.microservice({ logger: false }),
    );
    cleanUp(() => alone.close());
    expect(alone.get(ThriftServer).address).toBeUndefined();
    await alone.listen();
    expect(alone.get(ThriftServer).address).toMatch(/^127\.0\.0\.1:\d+$/);

    const hybrid = await NestFactory.create(AppModule, { logger: false });
    cleanUp(() => hybrid.close());
    const server = ThriftModule.connect(hybrid);
    await hybrid.startAllMicroservices();
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });
});

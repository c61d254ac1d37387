import type { INestMicroservice } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { TestingModule } from '@nestjs/testing';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import {
  THRIFT_MODULE_OPTIONS,
  type ThriftModuleOptions,
  ThriftServer,
} from '@nestjs-thrift/microservice';
import {
  ClientTransport,
  type ClientTransportOptions,
  createClient,
} from '@nestjs-thrift/transport';

/** A Nest application under test, called over a real socket. */
export class ThriftTestingApp<Client> {
  readonly #transport: ClientTransport;

  constructor(
    /** A typed client of the application. */
    readonly client: Client,
    /** Where the application listens: `127.0.0.1:port`. */
    readonly address: string,
    /** The application, with everything in its container. */
    readonly app: INestMicroservice,
    transport: ClientTransport,
  ) {
    this.#transport = transport;
  }

  /** Closes the client and the application. */
  async close(): Promise<void> {
    await this.#transport.close();
    await this.app.close();
  }

  /** As {@link ThriftTestingApp.close}: `await using app = await createThriftTestingApp(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Starts a compiled testing module as a microservice on a free port of the loopback address and makes a client of it. The
 * server has the options of the module's `ThriftModule.forRoot`, but for where it listens, and stops without a wait.
 *
 * @param clientOptions how the client talks: `transport`, `protocol`, `serviceName`.
 * @throws Error if the module has no ThriftModule, or what keeps the server from starting.
 * @example
 * ```ts
 * const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
 * await using users = await createThriftTestingApp(module, UserService);
 * await users.client.GetUser({ user_id: 1n });
 * ```
 */
export async function createThriftTestingApp<Client>(
  module: TestingModule,
  service: ServiceDefinition<Client>,
  clientOptions: ClientTransportOptions = {},
): Promise<ThriftTestingApp<Client>> {
  const { server, idl } = module.get<ThriftModuleOptions>(THRIFT_MODULE_OPTIONS, { strict: false });
  const where = { host: '127.0.0.1', port: 0, path: undefined, drainDelayMs: 0 };
  const strategy = new ThriftServer({ ...server, idl, ...where });
  const app = module.createNestMicroservice<MicroserviceOptions>({ strategy });
  const { port } = (await app.listen()) as unknown as { port: number };
  const address = `127.0.0.1:${port}`;
  const transport = new ClientTransport(clientOptions);
  const client = createClient(service, { transport, endpoints: [address] });
  return new ThriftTestingApp(client, address, app, transport);
}

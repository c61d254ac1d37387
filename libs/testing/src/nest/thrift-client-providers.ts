import type { ValueProvider } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { getThriftClientToken } from '@nestjs-thrift/microservice';

/**
 * The provider that `@InjectThriftClient(name)` asks for, for testing modules that do without ThriftModule.
 *
 * @example
 * Test.createTestingModule({
 *   controllers: [UsersController],
 *   providers: [provideThriftClient('users', mock.client)],
 * });
 */
export function provideThriftClient<Client>(name: string, client: Client): ValueProvider<Client> {
  return { provide: getThriftClientToken(name), useValue: client };
}

/**
 * Replaces the client that `ThriftModule.forFeature` registers under a name, for testing modules of a whole application.
 *
 * @example
 * const builder = Test.createTestingModule({ imports: [AppModule] });
 * const module = await overrideThriftClient(builder, 'users', mock.client).compile();
 */
export function overrideThriftClient<Client>(
  builder: TestingModuleBuilder,
  name: string,
  client: Client,
): TestingModuleBuilder {
  return builder.overrideProvider(getThriftClientToken(name)).useValue(client);
}

import { Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  InjectThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { Probe } from '#test/shop.js';

interface ProbeClient {
  Ask(question: string): Promise<string>;
}

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(question: string): string {
    return question;
  }
}

/** Two modules of an application that say the same of their client `users`, and what each of them got. */
async function clientsOfTwoModules(
  imports: () => [object, object],
): Promise<[ProbeClient, ProbeClient]> {
  const [first, second] = imports();
  const asking = [first, second].map((module) => askerIn(module));
  const app = await NestFactory.createApplicationContext(
    {
      module: class AppModule {},
      imports: [ThriftModule.forRoot({}), ...asking.map((a) => a.module)],
    },
    { logger: false, abortOnError: false },
  );
  cleanUp(() => app.close());
  const [one, other] = asking.map(({ module, asker }) => app.select(module).get(asker).users);
  return [one!, other!];
}

function askerIn(imported: object): { module: Type; asker: Type<{ users: ProbeClient }> } {
  @Injectable()
  class Asker {
    constructor(@InjectThriftClient('users') readonly users: ProbeClient) {}
  }
  @Module({ imports: [imported as never], providers: [Asker] })
  class AskingModule {}
  return { module: AskingModule, asker: Asker };
}

describe('a client name that two modules register', () => {
  it('is a client of each, with its own instances', async () => {
    const one = await serve({ controllers: [ProbeController] });
    const registered = (endpoint: string) =>
      ThriftModule.forFeature([{ name: 'users', service: Probe, endpoints: [endpoint] }]);
    const [first, second] = await clientsOfTwoModules(() => [
      registered(one.endpoint),
      registered('127.0.0.1:1'),
    ]);
    expect(await first.Ask('who')).toBe('who');
    await expect(second.Ask('who')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
  });

  it('is one client where both import a module that exports ThriftModule', async () => {
    const { endpoint } = await serve({ controllers: [ProbeController] });
    @Module({
      imports: [
        ThriftModule.forFeature([{ name: 'users', service: Probe, endpoints: [endpoint] }]),
      ],
      exports: [ThriftModule],
    })
    class UsersModule {}
    const [first, second] = await clientsOfTwoModules(() => [UsersModule, UsersModule]);
    expect(first).toBe(second);
    expect(await first.Ask('who')).toBe('who');
  });
});

import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { currentCall, type IncomingCall, type TransportObserver } from '@nestjs-thrift/transport';
import { ThriftContext, ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { clientOf, serve } from '#test/applications.js';
import { until } from '#test/until.js';
import { cleanUp } from '#test/cleanup.js';
import { collectGarbage } from '#test/collect-garbage.js';
import { RawClient, request } from '#test/raw-client.js';
import { Probe } from '#test/shop.js';

const storage = new AsyncLocalStorage<string>();

/** Runs every handler in a context, as tracing does. */
class ContextObserver implements TransportObserver {
  readonly found: (string | undefined)[] = [];

  requestStarted(): void {
    this.found.push(storage.getStore());
  }

  aroundHandler<T>(_call: IncomingCall, _state: unknown, next: () => T): T {
    return storage.run('of a handler', next);
  }
}

@ThriftService(Probe)
class AnsweringController {
  @ThriftMethod()
  async Ask(question: string): Promise<string> {
    await setImmediate();
    return `${question} ${storage.getStore()}`;
  }
}

describe('The asynchronous context of a handler', () => {
  it.each(['if needed', 'always'] as const)(
    'binds and keeps nothing of a request that is answered, with the pipeline of Nest %s',
    async (pipeline) => {
      const calls: WeakRef<object>[] = [];
      const timers: NodeJS.Timeout[] = [];
      cleanUp(() => timers.forEach(clearTimeout));
      let pass = (): void => undefined;
      const answered = new Promise<void>((resolve) => (pass = resolve));
      const later: Promise<string>[] = [];

      @ThriftService(Probe)
      class UpstreamController {
        @ThriftMethod() Ask(_question: string, context: ThriftContext): string {
          return JSON.stringify([context.deadline, ...context.persistentMetadata]);
        }
      }
      const upstream = clientOf(
        Probe,
        (await serve({ controllers: [UpstreamController] })).endpoint,
        { attemptTimeoutMs: 0, connectTimeoutMs: 30_000 },
      );
      const askLater = async () => {
        await answered;
        return upstream.Ask('later');
      };
      const remember = (call: object) => calls.push(new WeakRef(call));

      @ThriftService(Probe)
      class LeavingController {
        @ThriftMethod() Ask(): string {
          remember(currentCall()!);
          timers.push(setTimeout(() => currentCall(), 3_600_000));
          later.push(askLater());
          return 'answered';
        }
      }
      const served = await serve({ controllers: [LeavingController] }, {}, undefined, pipeline);
      const client = clientOf(Probe, served.endpoint, { connectTimeoutMs: 30_000 });
      const options = { attemptTimeoutMs: 60_000, persistentMetadata: { USER: 'alice' } };
      await client.Ask('one', options);
      await client.Ask('two', options);
      pass();

      expect(await Promise.all(later)).toEqual(['[null]', '[null]']);
      await until(() => {
        collectGarbage();
        return calls[0]!.deref() === undefined;
      });
    },
  );

  it.each(['if needed', 'always'] as const)(
    'does not reach the requests that came behind its own, with the pipeline of Nest %s',
    async (pipeline) => {
      const observer = new ContextObserver();
      const options = { observers: [observer] };
      const metadata = { controllers: [AnsweringController] };
      const { endpoint } = await serve(metadata, options, undefined, pipeline);
      const client = await RawClient.open(endpoint);
      cleanUp(() => client.socket.destroy());
      const ask = Probe.methods['Ask']!;
      const questions = ['one', 'two', 'three'];

      client.send(Buffer.concat(questions.map((question) => request(ask, { question }))));

      for (const question of questions) {
        const { body } = await client.receive(ask);
        expect(body).toEqual({ success: `${question} of a handler` });
      }
      expect(observer.found).toEqual([undefined, undefined, undefined]);
    },
  );
});

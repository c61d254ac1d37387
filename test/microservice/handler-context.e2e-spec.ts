import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import type { IncomingCall, TransportObserver } from '@nestjs-thrift/transport';
import { ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
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

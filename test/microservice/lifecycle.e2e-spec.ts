import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type INestMicroservice, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { ServerTransport } from '@nestjs-thrift/transport';
import {
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { clientOf, listen, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { listenOnFreePort } from '#test/ports.js';
import { Probe, Shop, untyped } from '#test/shop.js';
import { until } from '#test/until.js';

/** Whether the server of an address accepts no connection. */
function isRefused(address: string): Promise<boolean> {
  const [host, port] = address.split(':') as [string, string];
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => resolve(false));
    socket.on('error', () => resolve(true));
    socket.on('connect', () => socket.destroy());
  });
}

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(): string {
    return 'answer';
  }
}

/** Serves a Probe whose answer waits for `finish`. */
function slowController() {
  let finish!: (answer: string) => void;
  const answer = new Promise<string>((resolve) => (finish = resolve));
  let start!: () => void;
  const started = new Promise<void>((resolve) => (start = resolve));

  @ThriftService(Probe)
  class SlowController {
    @ThriftMethod() Ask(): Promise<string> {
      start();
      return answer;
    }
  }
  return { SlowController, started, finish };
}

async function failureOf(metadata: ModuleMetadata, services = [Shop]): Promise<string> {
  return serve(metadata, { services }).then(
    () => 'it started',
    (error: Error) => error.message,
  );
}

describe('listen', () => {
  it('gives the port, and says that it listens', async () => {
    const module = await Test.createTestingModule({ controllers: [ProbeController] }).compile();
    const server = new ThriftServer({ host: '127.0.0.1', port: 0 });
    const app = module.createNestMicroservice({ strategy: server });
    const log: unknown[] = [];
    app.status.subscribe((status) => log.push(status));
    app.on('listening', (address: unknown) => log.push(address));
    cleanUp(() => app.close());
    const address = await listen(app);
    expect(address.port).toBeGreaterThan(0);
    expect(log).toEqual(['listening', expect.objectContaining({ port: address.port })]);
    expect(app.unwrap()).toBeInstanceOf(ServerTransport);
  });

  it('takes a Unix socket', async () => {
    const path = join(tmpdir(), `nestjs-thrift-${process.pid}.sock`);
    await serve({ controllers: [ProbeController] }, { path });
    expect(await clientOf(Probe, `unix:${path}`).Ask('?')).toBe('answer');
  });

  it('rejects if the port is taken, with the error of Node as the cause', async () => {
    const taken = createServer();
    const port = await listenOnFreePort(taken);
    cleanUp(() => taken.close());
    await expect(serve({ controllers: [ProbeController] }, { port })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: expect.stringMatching(new RegExp(`cannot listen on 127.0.0.1:${port}.*EADDRINUSE`)),
      cause: expect.objectContaining({ code: 'EADDRINUSE' }),
    });
  });

  it('rejects with the names of all handlers that are missing, doubled or unknown', async () => {
    @ThriftService(untyped(Shop))
    class First {
      @ThriftMethod() GetItem(): void {}
      @ThriftMethod() Count(): void {}
      @ThriftMethod() Describe(): void {}
      @ThriftMethod() GetItme(): void {}
    }
    @ThriftService(Shop)
    class Second {
      @ThriftMethod('Count') count(): void {}
    }
    expect(await failureOf({ controllers: [First, Second] })).toBe(
      'cannot serve Thrift: Shop.Reset has no handler; Shop.Note has no handler; ' +
        'Shop.Count has two handlers: First.Count, Second.count; ' +
        'First.GetItme is decorated for Shop.GetItme, which the IDL lacks',
    );
  });

  it('may be tried again after a failure, and not after a success', async () => {
    const taken = createServer();
    const port = await listenOnFreePort(taken);
    const module = await Test.createTestingModule({ controllers: [ProbeController] }).compile();
    const app = module.createNestMicroservice({
      strategy: new ThriftServer({ host: '127.0.0.1', port }),
    });
    cleanUp(() => app.close());
    await expect(app.listen()).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
    await new Promise((resolve) => taken.close(resolve));
    expect(await listen(app)).toMatchObject({ port });
    await expect(app.listen()).rejects.toThrow('ThriftServer.listen() was called twice');
  });

  it('works with options from the container, as the guide shows', async () => {
    @Module({
      imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
      controllers: [ProbeController],
    })
    class AppModule {}
    const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(AppModule, {
      inject: [ThriftServer],
      useFactory: (strategy: ThriftServer) => ({ strategy }),
      logger: false,
    } as AsyncMicroserviceOptions);
    cleanUp(() => app.close());
    const { port } = await listen(app);
    expect(await clientOf(Probe, `127.0.0.1:${port}`).Ask('?')).toBe('answer');
  });

  it('rejects if there is nothing to serve', async () => {
    expect(await failureOf({}, [])).toContain('no controller is decorated with @ThriftService');
  });

  it('rejects if a service is given by name and there is no IDL', async () => {
    @ThriftService('Unheard')
    class UnheardController {}
    expect(await failureOf({ controllers: [UnheardController] }, ['Unheard' as never])).toBe(
      'the service Unheard is given by name: set "idl", or use the generated definition',
    );
  });
});

describe('unwrap', () => {
  it('throws before the server listens', () => {
    expect(() => new ThriftServer().unwrap()).toThrow('the Thrift server does not listen yet');
  });
});

describe('events', () => {
  it('report connects, disconnects, and bytes that are not Thrift', async () => {
    const { server, endpoint } = await serve({ controllers: [ProbeController] });
    const [host, port] = endpoint.split(':') as [string, string];
    const log: string[] = [];
    const gone = new Promise<void>((resolve) => server.on('disconnect', () => resolve()));
    server.on('connect', () => log.push('connect'));
    server.on('error', (error) => log.push((error as Error & { code: string }).code));
    const socket = connect(Number(port), host, () => socket.write('GET / HTTP/1.1\r\n\r\n'));
    socket.on('error', () => {});
    await gone;
    expect(log).toEqual(['connect', 'PROTOCOL_ERROR']);
  });
});

describe('close', () => {
  it('finishes requests in flight, and takes no new ones', async () => {
    const { SlowController, started, finish } = slowController();
    const { app, server, endpoint } = await serve({ controllers: [SlowController] });
    const statuses: string[] = [];
    server.status.subscribe((status) => statuses.push(status));
    const answer = clientOf(Probe, endpoint).Ask('?');
    await started;
    const closed = app.close();
    // Connections that wait when the server closes are accepted first.
    await until(() => isRefused(endpoint));
    await expect(clientOf(Probe, endpoint).Ask('?')).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    });
    finish('finished');
    expect(await answer).toBe('finished');
    await closed;
    expect(statuses).toEqual(['listening', 'draining', 'closed']);
  });

  it('aborts requests that take longer than drainTimeoutMs', async () => {
    const { SlowController, started } = slowController();
    const { app, endpoint } = await serve(
      { controllers: [SlowController] },
      { drainTimeoutMs: 20 },
    );
    const answer = clientOf(Probe, endpoint)
      .Ask('?')
      .catch((error: { code: string }) => error.code);
    await started;
    await app.close();
    expect(await answer).toBe('CONNECTION_LOST');
  });

  it('may be called often and early', async () => {
    const { server } = await serve({ controllers: [ProbeController] });
    const statuses: string[] = [];
    server.status.subscribe((status) => statuses.push(status));
    expect(server.close()).toBe(server.close());
    await server.close();
    expect(statuses).toEqual(['listening', 'draining', 'closed']);
    await expect(new ThriftServer().close()).resolves.toBeUndefined();
  });

  it('serves on while draining, until drainDelayMs is over', async () => {
    const { server, endpoint } = await serve(
      { controllers: [ProbeController] },
      { drainDelayMs: 50 },
    );
    const draining = new Promise<void>((resolve) => {
      server.status.subscribe((status) => {
        if (status === 'draining') {
          resolve();
        }
      });
    });
    const closed = server.close();
    await draining;
    expect(await clientOf(Probe, endpoint).Ask('?')).toBe('answer');
    await closed;
    await expect(clientOf(Probe, endpoint).Ask('?')).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    });
  });
});

describe('a server of the container', () => {
  async function shutDown(how: (app: INestMicroservice) => Promise<unknown>) {
    const log: string[] = [];

    @Injectable()
    class Hooks {
      onModuleDestroy(): void {
        log.push('onModuleDestroy');
      }
      beforeApplicationShutdown(): void {
        log.push('beforeApplicationShutdown');
      }
      onApplicationShutdown(): void {
        log.push('onApplicationShutdown');
      }
    }

    const { SlowController, started, finish } = slowController();
    const module = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
      controllers: [SlowController],
      providers: [Hooks],
    }).compile();
    const server = module.get(ThriftServer);
    const app = module.createNestMicroservice({ strategy: server });
    const { port } = await listen(app);
    server.status.subscribe((status) => log.push(status));
    const answer = clientOf(Probe, `127.0.0.1:${port}`).Ask('?');
    await started;
    const down = how(app);
    await until(() => log.includes('draining'));
    finish('in time');
    expect(await answer).toBe('in time');
    await down;
    return log;
  }

  /** Sends SIGTERM to the application; Nest ends by killing the process with the same signal. */
  function signal(app: INestMicroservice): Promise<unknown> {
    app.enableShutdownHooks(['SIGTERM']);
    const killed = new Promise((resolve) => {
      const kill = jest.spyOn(process, 'kill').mockImplementation((...args) => {
        resolve(args);
        return true;
      });
      cleanUp(() => kill.mockRestore());
    });
    process.emit('SIGTERM');
    return killed;
  }

  it('drains first when the application closes', async () => {
    expect(await shutDown((app) => app.close())).toEqual([
      'listening',
      'draining',
      'closed',
      'onModuleDestroy',
      'beforeApplicationShutdown',
      'onApplicationShutdown',
    ]);
  });

  it('starts to drain with the first hook after a signal, and is done before the last', async () => {
    expect(await shutDown(signal)).toEqual([
      'listening',
      'onModuleDestroy',
      'draining',
      'beforeApplicationShutdown',
      'closed',
      'onApplicationShutdown',
    ]);
  });
});

import { jest } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { listen, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { Probe } from '#test/shop.js';

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(question: string): string {
    return question;
  }
}

const GRACE_MS = 10_000;

describe('the log of a server', () => {
  it('says where it listens and what it serves, and when a drain begins and ends', async () => {
    const { app, endpoint, logs } = await serve({ controllers: [ProbeController] });
    await app.close();
    const lines = logs.lines.flatMap(([level, line]) =>
      level === 'log' && /^(Thrift server|drain)/.test(String(line)) ? [String(line)] : [],
    );
    expect(lines).toEqual([
      `Thrift server listening (address=${endpoint} services=Probe methods=${Object.keys(Probe.methods).length})`,
      'drain started (connections=0 inFlight=0)',
      expect.stringMatching(/^drain ended \(durationMs=\d+\)$/),
    ]);
  });
});

describe('a server that is configured', () => {
  async function start(server: object | undefined, connect: boolean) {
    const logs = new LogRecorder();
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'],
    });
    cleanUp(() => jest.useRealTimers());
    const module = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({ server })],
      controllers: [ProbeController],
    })
      .setLogger(logs as LoggerService)
      .compile();
    if (connect) {
      const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
      cleanUp(() => app.close());
      await listen(app);
    } else {
      cleanUp(() => module.close());
      await module.init();
    }
    jest.advanceTimersByTime(GRACE_MS);
    return logs.warnings;
  }

  it('warns when nothing makes it listen', async () => {
    const warnings = await start({ port: 0 }, false);
    expect(warnings).toEqual([expect.stringContaining('call ThriftModule.connect(app) and')]);
  });

  it('does not warn once it listens, nor without options of a server', async () => {
    expect(await start({ host: '127.0.0.1', port: 0 }, true)).toEqual([]);
    expect(await start(undefined, false)).toEqual([]);
  });
});

import { connect, type Socket } from 'node:net';
import { BadRequestException } from '@nestjs/common';
import {
  BizStatusError,
  ThriftMethod,
  ThriftService,
  ThriftValidationPipe,
} from '@nestjs-thrift/microservice';
import { ThriftMetrics } from '@nestjs-thrift/telemetry/metrics';
import { Registry } from 'prom-client';
import { clientOf, serve } from '#test/applications.js';
import { serverCertificate } from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { Echo } from '#test/echo-service.js';
import { RawClient } from '#test/raw-client.js';
import { scrape, valueOf } from '#test/scrape.js';
import { Probe } from '#test/shop.js';
import { until } from '#test/until.js';

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(): string {
    throw new TypeError('not declared');
  }
}
const controllers = [ProbeController];

const notEmpty = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) =>
      value === '' ? { issues: [{ message: 'must not be empty' }] } : { value: value as string },
  },
} as const;

@ThriftService(Probe)
class StrictController {
  @ThriftMethod() Ask(question: string): string {
    return question;
  }
}

function openSocket(endpoint: string): Socket {
  const [host, port] = endpoint.split(':') as [string, string];
  const socket = connect(Number(port), host);
  socket.on('error', () => undefined);
  cleanUp(() => socket.destroy());
  return socket;
}

describe('the log of a Nest server', () => {
  it('names bytes of another protocol and their peer, once in a while', async () => {
    const { endpoint, logs } = await serve({ controllers });
    for (let count = 0; count < 3; count++) {
      const socket = openSocket(endpoint);
      socket.write('GET / HTTP/1.1\r\n\r\n');
      await new Promise((resolve) => socket.on('close', resolve));
    }

    expect(logs.warnings.filter((line) => line.includes('HTTP on a Thrift port'))).toEqual([
      expect.stringMatching(/^Connection closed: HTTP on a Thrift port \(peer=127\.0\.0\.1:\d+\)$/),
    ]);
  });

  it('names an unknown method with its peer', async () => {
    const { endpoint, logs } = await serve({ controllers });
    const client = await RawClient.open(endpoint);
    cleanUp(() => client.close());
    await client.call(Echo.methods['echo']!, { text: '' });

    expect(logs.warnings).toContainEqual(
      expect.stringMatching(/^Request rejected: unknown method echo .*reason=unknown_method/),
    );
  });

  it('names a failed TLS handshake with its cause and its peer', async () => {
    const { endpoint, logs } = await serve({ controllers }, { tls: serverCertificate });
    openSocket(endpoint).write('no ClientHello at all');

    await until(() => logs.warnings.length > 0);
    expect(logs.warnings[0]).toMatch(
      /^TLS handshake failed: the caller does not use TLS: .* \(peer=127\.0\.0\.1:\d+\)$/,
    );
  });

  it.each([
    [
      'ThriftValidationPipe',
      new ThriftValidationPipe({ schema: notEmpty }),
      /^invalid payload: must not be empty/,
    ],
    [
      'a pipe with a custom exception',
      new ThriftValidationPipe({
        schema: notEmpty,
        exceptionFactory: () => new BizStatusError(1002, 'no'),
      }),
      /^invalid payload: must not be empty/,
    ],
    [
      'a pipe that throws a BadRequestException',
      {
        transform: () => {
          throw new BadRequestException(['question must not be empty']);
        },
      },
      /^invalid payload: question must not be empty/,
    ],
  ])('names a request that %s rejects, once in a while', async (_name, pipe, text) => {
    const registry = new Registry();
    const metrics = new ThriftMetrics({ registry });
    cleanUp(() => metrics.close());
    const options = { observers: [metrics] };
    const { endpoint, logs } = await serve({ controllers: [StrictController] }, options, (app) =>
      app.useGlobalPipes(pipe),
    );
    const client = clientOf(Probe, endpoint);
    for (let count = 0; count < 3; count++) {
      await expect(client.Ask('')).rejects.toThrow();
    }

    const rejections = logs.warnings.filter((line) => line.startsWith('Request rejected: '));
    expect(rejections).toHaveLength(1);
    expect(rejections[0]!.slice('Request rejected: '.length)).toMatch(text);
    expect(rejections[0]).toMatch(
      /\(reason=invalid_payload service=Probe method=Ask peer=127\.0\.0\.1:\d+\)$/,
    );
    expect(logs.errors).toEqual([]);
    const samples = await scrape(registry);
    const reason = { reason: 'invalid_payload' };
    expect(valueOf(samples, 'thrift_rejected_requests_total', reason)).toBe(3);
    expect(valueOf(samples, 'thrift_undeclared_errors_total')).toBe(0);
  });

  it('names the method that threw what it does not declare, and counts it', async () => {
    const registry = new Registry();
    const metrics = new ThriftMetrics({ registry });
    cleanUp(() => metrics.close());
    const { endpoint, logs } = await serve({ controllers }, { observers: [metrics] });
    const client = await RawClient.open(endpoint);
    cleanUp(() => client.close());
    for (let count = 0; count < 3; count++) {
      await client.call(Probe.methods['Ask']!, { question: '?' });
    }

    expect(logs.warnings.filter((line) => line.includes('does not declare'))).toEqual([
      expect.stringMatching(
        /^Probe\.Ask threw TypeError, .*\(reason=undeclared_error service=Probe method=Ask peer=127\.0\.0\.1:\d+\)$/,
      ),
    ]);
    const labels = { service: 'Probe', method: 'Ask' };
    expect(valueOf(await scrape(registry), 'thrift_undeclared_errors_total', labels)).toBe(3);
  });
});

import { connect, type Socket } from 'node:net';
import { ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { serve } from '#test/applications.js';
import { serverCertificate } from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { Echo } from '#test/echo-service.js';
import { RawClient } from '#test/raw-client.js';
import { Probe } from '#test/shop.js';
import { until } from '#test/until.js';

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(): string {
    throw new TypeError('not declared');
  }
}
const controllers = [ProbeController];

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

  it('names a failed TLS handshake', async () => {
    const { endpoint, logs } = await serve({ controllers }, { tls: serverCertificate });
    openSocket(endpoint).write('no ClientHello at all');

    await until(() => logs.warnings.some((line) => line.startsWith('TLS handshake failed: ')));
  });

  it('names the method that threw what it does not declare', async () => {
    const { endpoint, logs } = await serve({ controllers });
    const client = await RawClient.open(endpoint);
    cleanUp(() => client.close());
    await client.call(Probe.methods['Ask']!, { question: '?' });

    expect(logs.warnings).toContainEqual(
      expect.stringMatching(/^Probe\.Ask threw TypeError, which the method does not declare/),
    );
  });
});

import { compileSchema } from '@nestjs-thrift/codec/compiler';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ThriftMethod, type ThriftServerOptions, ThriftService } from '@nestjs-thrift/microservice';
import { ThriftMetrics } from '@nestjs-thrift/telemetry/metrics';
import type { ProtocolName, TransportName } from '@nestjs-thrift/transport';
import { Registry } from 'prom-client';
import { serve } from '#test/applications.js';
import { serverCertificate } from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { RawClient, request, type RequestShape } from '#test/raw-client.js';
import { scrape, valueOf } from '#test/scrape.js';
import { until } from '#test/until.js';

const schema = compileSchema(
  loadSchemaFromText(
    `service Rows {
      string Take(1: string text, 2: list<list<string>> rows)
      string Unserved(1: string text)
    }`,
    { file: 'rows.thrift' },
  ),
);
const Rows = schema.service('Rows');
const take = Rows.methods['Take']!;

@ThriftService(Rows)
class RowsController {
  @ThriftMethod() Take(): string {
    return 'taken';
  }

  @ThriftMethod() Unserved(): string {
    return '';
  }
}

interface Rejected {
  readonly reason: string;
  readonly bytes: (shape: RequestShape) => Buffer;
  readonly options?: ThriftServerOptions;
  /** Only where the transport or protocol can say it. */
  readonly needs?: TransportName;
  /** What the log says behind `reason=`. */
  readonly where: string;
}

const call = (args: FieldValues, shape: RequestShape) =>
  request(take, { rows: [], ...args }, shape);

const REJECTED: Rejected[] = [
  {
    reason: 'unknown_method',
    bytes: (shape) => call({ text: '' }, { ...shape, name: 'Invented' }),
    where: 'service= method=Invented',
  },
  {
    reason: 'unknown_service',
    bytes: (shape) =>
      call({ text: '' }, { ...shape, name: 'Invented', strings: { isn: 'Nobody' } }),
    needs: 'TTHeader',
    where: 'service=Nobody method=Invented',
  },
  {
    reason: 'invalid_arguments',
    bytes: (shape) => {
      const bytes = call({ text: 'x'.repeat(100) }, shape);
      const length = bytes.indexOf('x'.repeat(100)) - 1;
      // The length of a string in both protocols: one byte of it, so that it ends behind the message.
      bytes[length] = 0x7f;
      return bytes;
    },
    where: 'service=Rows method=Take',
  },
  {
    reason: 'too_large',
    bytes: (shape) => call({ text: 'x'.repeat(5_000) }, shape),
    options: { maxFrameBytes: 1_000 },
    where: 'service= method=Take',
  },
  {
    reason: 'decode_limit',
    bytes: (shape) => call({ text: '', rows: Array.from({ length: 500 }, () => []) }, shape),
    options: { maxDecodedBytes: 1_000 },
    where: 'service=Rows method=Take',
  },
];

const SHAPES = (['Framed', 'TTHeader', 'TTHeaderFramed'] as const).flatMap((transport) =>
  (['binary', 'compact'] as const).map((protocol) => [transport, protocol] as const),
);
const CASES = REJECTED.flatMap((rejected) =>
  SHAPES.filter(([transport]) => rejected.needs === undefined || transport !== 'Framed').map(
    ([transport, protocol]) => [rejected.reason, transport, protocol, rejected] as const,
  ),
);

describe('a request that a Nest server rejects', () => {
  it.each(CASES)(
    'as %s over %s in %s has one line of the log, and is counted',
    async (
      reason: string,
      transport: TransportName,
      protocol: ProtocolName,
      rejected: Rejected,
    ) => {
      const registry = new Registry();
      const metrics = new ThriftMetrics({ registry });
      cleanUp(() => metrics.close());
      const options = { observers: [metrics], ...rejected.options };
      const { endpoint, logs } = await serve({ controllers: [RowsController] }, options);
      for (let count = 0; count < 3; count++) {
        const client = await RawClient.open(endpoint);
        cleanUp(() => client.close());
        client.send(rejected.bytes({ transport, protocol }));
        expect((await client.receive(take)).type).toBe(3);
      }

      const lines = logs.warnings.filter((line) => line.startsWith('Request rejected: '));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(`(reason=${reason} ${rejected.where} peer=127.0.0.1:`);
      const samples = await scrape(registry);
      const counted = samples.filter(({ name }) => name === 'thrift_rejected_requests_total');
      expect(counted.filter(({ value }) => value > 0)).toMatchObject([
        { labels: { reason }, value: 3 },
      ]);
    },
  );

  it('before it is one, for its TLS handshake failed, is counted', async () => {
    const registry = new Registry();
    const metrics = new ThriftMetrics({ registry });
    cleanUp(() => metrics.close());
    const options = { observers: [metrics], tls: serverCertificate };
    const { endpoint } = await serve({ controllers: [RowsController] }, options);
    const client = await RawClient.open(endpoint);
    cleanUp(() => client.close());
    const failures = async () =>
      valueOf(await scrape(registry), 'thrift_tls_handshake_failures_total');
    expect(await failures()).toBe(0);
    client.send(call({ text: '' }, {}));
    await until(async () => (await failures()) === 1);
  });
});

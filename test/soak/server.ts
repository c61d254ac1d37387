import { setTimeout as sleep } from 'node:timers/promises';
import { ServerTransport } from '@nestjs-thrift/transport';
import { type Sample, takeSample } from './sample.js';
import { Soak } from './service.js';

/** Messages of a server to its parent process. */
export type ServerReport =
  | { readonly kind: 'listening'; readonly address: string }
  | { readonly kind: 'fault'; readonly text: string }
  | {
      readonly kind: 'sample';
      readonly sample: Sample;
      readonly connections: number;
      readonly inFlight: number;
    };

const report = (message: ServerReport): void => void process.send?.(message);
const fault = (error: unknown): void =>
  report({ kind: 'fault', text: error instanceof Error ? String(error.stack) : String(error) });

process.on('unhandledRejection', fault);
process.on('uncaughtException', fault);
process.on('disconnect', () => process.exit());

const server = new ServerTransport(
  [
    {
      definition: Soak,
      handlers: {
        echo: ({ payload }) => payload,
        wait: ({ ms }) => sleep(Number(ms), undefined),
        fill: ({ bytes }) => Buffer.alloc(Number(bytes), 7),
        note: () => undefined,
      },
    },
  ],
  { host: '127.0.0.1', port: Number(process.argv[2]), onHandlerError: fault },
);

process.on('message', () => {
  void takeSample().then((sample) => {
    const { connectionCount: connections, inFlightCount: inFlight } = server;
    report({ kind: 'sample', sample, connections, inFlight });
  });
});

// Not left to the handlers above: a server that cannot listen ends.
await server.listen().catch((error: unknown) => {
  fault(error);
  process.exit(1);
});
report({ kind: 'listening', address: server.address });

// Runs in a separate network namespace: a server whose network goes away under an idle multiplexed connection.
import { execFileSync } from 'node:child_process';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { Echo, echoService } from '#test/echo-service.js';

const setLoopback = (state: 'up' | 'down'): void => {
  execFileSync('ip', ['link', 'set', 'lo', state]);
};

setLoopback('up');
const server = new ServerTransport([echoService()], { host: '127.0.0.1', port: 0, keepAliveMs: 0 });
await server.listen();
let close: (error?: Error) => void = () => undefined;
const closed = new Promise<Error | undefined>((resolve) => (close = resolve));
const transport = new ClientTransport({
  connection: { mode: 'mux' },
  keepAliveMs: 1000,
  observers: [{ connectionClosed: (_connection, error) => close(error) }],
});
const echo = createClient(Echo, { transport, endpoints: [server.address] });
await echo.echo('x');
setLoopback('down');
const error = await closed;
process.stdout.write(JSON.stringify({ code: (error as NodeJS.ErrnoException | undefined)?.code }));
process.exit(0);

import { ServerTransport } from '@nestjs-thrift/transport';
import { until } from '#test/until.js';
import { services } from '../ours/definitions.js';
import { openClient } from '../ours/client.js';
import { startServing } from '../ours/server.js';
import { orderHandlers, stockHandlers } from '../ours/shared.js';
import { differs } from '../ours/values.js';
import { startServer } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';
import { codeOf, serveKitex, type Attempt } from './kitex-server.js';
import type { RunScenario } from './scenario.js';

const FEATURE = 'services with equal method names';
const HANDLERS = { Orders: orderHandlers, Stock: stockHandlers };

/** A Kitex client calls two services of one of our servers that have a method of the same name. */
export async function kitexCallsServices(run: RunScenario, attempt: Attempt): Promise<void> {
  const server = await startServing(HANDLERS, { fallbackService: 'Orders' });
  await run('shared', FEATURE, [`address=${server.address}`]);
  await server.close();
  const strict = await startServing(HANDLERS, { rejectMissingServiceName: true });
  await run('nameless', FEATURE, [`address=${strict.address}`]);
  await strict.close();
  await attempt(FEATURE, 'a server without a fallback service does not start', async () => {
    const served = Object.entries(HANDLERS).map(([name, handlers]) => ({
      definition: services[name]!,
      handlers,
    }));
    return differs(
      'TypeError',
      nameOfFailure(() => new ServerTransport(served, { port: 0 })),
    );
  });
}

/** Our client calls such services of a Kitex server. */
export async function weCallServices(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  const server = await serveKitex(peer, 'services=shared');
  for (const transport of ['TTHeaderFramed', 'Framed'] as const) {
    const client = openClient({ port: server.port, transport });
    await attempt(FEATURE, `the fallback service over ${transport}`, async () =>
      differs('order 7', await client.call('Orders', 'owner', { id: 7 })),
    );
    await attempt(FEATURE, `a method of one service over ${transport}`, async () =>
      differs(4, await client.call('Stock', 'left', { article: 'bolt' })),
    );
    if (transport === 'TTHeaderFramed') {
      await attempt(FEATURE, 'the service that a request names', async () =>
        differs('stock bolt', await client.call('Stock', 'owner', { article: 'bolt' })),
      );
    }
    await client.close();
  }
  await server.stop();
  await rejections(peer, attempt);
}

async function rejections(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  const server = await serveKitex(peer, 'services=shared', 'nameless=refuse');
  await attempt(FEATURE, 'a request with a service name is served', async () => {
    const client = openClient({ port: server.port });
    const owner = await codeOf(client.call('Orders', 'owner', { id: 7 }));
    await client.close();
    return differs('resolved with order 7', owner);
  });
  await attempt(FEATURE, 'a request without a service name is rejected', async () => {
    const client = openClient({ port: server.port, transport: 'Framed' });
    const owner = await codeOf(client.call('Orders', 'owner', { id: 7 }));
    await client.close();
    return differs(peer.closesOnUnknownMethod ? 'CONNECTION_LOST' : 'REMOTE_ERROR', owner);
  });
  await server.stop();
  await attempt(FEATURE, 'a server without a fallback service does not start', async () => {
    const [file, ...args] = peer.command(peer.folder);
    const options = ['server', '127.0.0.1:0', 'services=shared', 'fallback=none'];
    const started = await startServer([file, ...args, ...options]).catch((error: Error) => error);
    if (started instanceof Error) {
      return /no fallback service/.test(started.message) ? '' : started.message;
    }
    // Kitex checks this when the port is open already.
    let hasEnded = false;
    void started.exited.then(() => (hasEnded = true));
    await until(() => hasEnded).finally(() => started.stop());
    return '';
  });
}

function nameOfFailure(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return (error as Error).name;
  }
}

import 'reflect-metadata';
import { match, notEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ADAPTERS, type GatewayApp, openGateway } from '../../gateway/support/open-gateway.js';
import { openScripted, type ScriptedServer } from '../../gateway/support/open-scripted.js';
import type { FuzzTarget } from '../fuzz-target.js';

let started: Promise<readonly [ScriptedServer, readonly GatewayApp[]]> | undefined;

async function start(): Promise<readonly [ScriptedServer, readonly GatewayApp[]]> {
  const server = await openScripted(() => undefined);
  const gateways = await Promise.all(
    ADAPTERS.map((adapter) => openGateway({ adapter, endpoint: server.address })),
  );
  for (const { app } of gateways) {
    // A request that ends with the connection is answered all the same.
    Object.assign(app.getHttpServer() as object, { httpAllowHalfOpen: true });
  }
  return [server, gateways];
}

/** Sends bytes, and checks that answers other than 500 come back before the connection ends. */
async function exchange(port: number, input: Buffer): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A server that has seen enough resets the connection while bytes are still under way.
  socket.on('error', () => undefined);
  socket.end(input);
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  if (text !== '') {
    match(text, /^HTTP\/1\.1 [2-5]\d\d /);
    notEqual(text.slice(9, 12), '500');
  }
}

/** A gateway of each adapter behind a socket: whatever comes in, what goes out are answers other than 500, and the connection ends. */
export const gatewaySocket: FuzzTarget = {
  name: 'gateway-socket',
  words: [
    'GET ',
    'POST ',
    ' HTTP/1.1\r\n',
    '\r\n\r\n',
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Type: application/json\r\n',
    'Content-Type: multipart/form-data; boundary=b\r\n',
    '/b',
    '/q?',
    '/../',
    '%2e%2e%2f',
    '%00',
    '__proto__',
    '{"',
    '[[',
    '\u0000',
  ],
  async run(input) {
    const [, gateways] = await (started ??= start());
    for (const { port } of gateways) {
      await exchange(port, input);
    }
  },
  async close() {
    const [server, gateways = []] = (await started) ?? [];
    started = undefined;
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await server?.close();
  },
};

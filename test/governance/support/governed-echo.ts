import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { MethodDefinition } from '@nestjs-thrift/codec';
import {
  ClientGovernance,
  type ClientGovernanceOptions,
  type GovernanceEvent,
} from '@nestjs-thrift/governance';
import {
  ClientTransport,
  ServerTransport,
  type ClientTransportOptions,
  type MethodHandler,
  type ServerTransportOptions,
} from '@nestjs-thrift/transport';
import { createMethodInvoker, type MethodInvoker } from '@nestjs-thrift/transport/internal';
import { Echo, echoService } from '../../transport/support/echo-service.js';

/** The method the tests call; they may say that it is idempotent. */
export const echo: MethodDefinition = { ...Echo.methods['echo']!, idempotent: true };

/** A client under governance. */
export interface GovernedEcho {
  readonly governance: ClientGovernance;
  readonly transport: ClientTransport;
  readonly events: readonly GovernanceEvent[];
  readonly call: MethodInvoker;
}

/** Servers and clients of a test over real sockets; all are closed with it. */
export class EchoWorld {
  readonly #closing: (() => unknown)[] = [];

  /** For `afterEach`. */
  readonly close = async (): Promise<void> => {
    for (const close of this.#closing.splice(0).toReversed()) {
      await close();
    }
  };

  onClose(close: () => unknown): void {
    this.#closing.push(close);
  }

  async serve(
    handler: MethodHandler = ({ text }) => text,
    options: ServerTransportOptions = {},
  ): Promise<ServerTransport> {
    const server = new ServerTransport([echoService({ echo: handler })], {
      port: 0,
      host: '127.0.0.1',
      ...options,
    });
    await server.listen();
    this.onClose(() => server.close({ exitWaitMs: 0 }));
    return server;
  }

  /** A server that does with its connections what the test says. @returns its address. */
  async raw(connected: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
      connected(socket);
    });
    this.onClose(() => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    });
    return listening(server);
  }

  /** An address where nobody listens. */
  async refusing(): Promise<string> {
    const server = createServer();
    const address = await listening(server);
    await new Promise((closed) => server.close(closed));
    return address;
  }

  govern(
    options: Omit<ClientGovernanceOptions, 'service'>,
    transportOptions: ClientTransportOptions = {},
  ): GovernedEcho {
    const transport = new ClientTransport(transportOptions);
    const governance = new ClientGovernance({ service: Echo, ...options });
    const events: GovernanceEvent[] = [];
    governance.onEvent((event) => {
      events.push(event);
      if (event.type === 'instances') {
        event.removed.forEach(({ address }) => transport.removeEndpoint(address));
      }
    });
    this.onClose(() => transport.close(0));
    this.onClose(() => governance.close());
    const endpoint = governance.endpoint(echo, (attempt) => transport.call(attempt));
    return { governance, transport, events, call: createMethodInvoker(Echo, echo, endpoint) };
  }
}

/** Waits, turn by turn of the event loop, until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((turn) => setTimeout(turn, 1));
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((bound) => server.listen(0, '127.0.0.1', bound));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

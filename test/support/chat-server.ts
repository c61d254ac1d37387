import { ServerTransport, type ServerTransportOptions } from '@nestjs-thrift/transport';
import { Chat, type ChatHandlers, chatHandlers } from './chat-service.js';
import { cleanUp } from './cleanup.js';

/** Serves Chat on a free port of the loopback interface until the test ends; handlers that are not given are those of the Go peer. */
export async function serveChat(
  handlers: Partial<ChatHandlers> = {},
  options: ServerTransportOptions = {},
): Promise<ServerTransport> {
  const server = new ServerTransport([{ definition: Chat, handlers: chatHandlers(handlers) }], {
    port: 0,
    host: '127.0.0.1',
    ...options,
  });
  await server.listen();
  cleanUp(() => server.close({ drainTimeoutMs: 0 }));
  return server;
}

import { request, type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Controller,
  Get,
  type MessageEvent,
  Query,
  Res,
  Sse,
  StreamableFile,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  BizStatusError,
  RemoteCancelledError,
  ThriftClient,
  toNdjson,
  toSse,
} from '@nestjs-thrift/microservice';
import { ServerTransport } from '@nestjs-thrift/transport';
import type { Observable } from 'rxjs';
import { Chat, type ChatClient, chatHandlers } from '#test/chat-service.js';
import { IS_NEST_12 } from '#test/nest-version.js';
import { cleanUp } from '#test/cleanup.js';
import { standsStill, until } from '#test/until.js';

let chat: ChatClient;
let aborted: unknown;
/** Messages of a flood that the handler has sent. */
let sent = 0;
/** More than all sockets on the way hold. */
const FLOOD_MESSAGES = 1_024;
const FLOOD_BYTES = 64 * 1024;

@Controller()
class Gateway {
  @Sse('sse') sse(@Query('text') text: string): Observable<MessageEvent> {
    return toSse(chat.Down({ text }), { data: (res) => res.text });
  }
  @Sse('pings') pings(): Observable<MessageEvent> {
    return toSse(chat.Down({ text: 'endless' }), { id: ({ text }) => text, pingMs: 20 });
  }
  @Sse('flood') flood(@Res({ passthrough: true }) response: ServerResponse) {
    return toSse(chat.Down({ text: 'flood' }), { data: ({ text }) => text, response });
  }
  @Get('ndjson') ndjson(@Query('text') text: string): StreamableFile {
    return new StreamableFile(toNdjson(chat.Down({ text })), { type: 'application/x-ndjson' });
  }
}

async function gateway(): Promise<string> {
  aborted = undefined;
  const handlers = chatHandlers({
    Down: async function* ({ text }, { signal }) {
      signal.addEventListener('abort', () => (aborted = signal.reason));
      yield { text: 'first' };
      for (sent = 0; text === 'flood' && sent < FLOOD_MESSAGES; sent++) {
        yield { text: 'x'.repeat(FLOOD_BYTES) };
      }
      if (text === 'fail') {
        throw new BizStatusError(404, 'not here');
      }
      if (text === 'endless') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      }
      yield { text: 'second', n: 2 };
    },
  });
  const server = new ServerTransport([{ definition: Chat, handlers }], {
    port: 0,
    host: '127.0.0.1',
  });
  await server.listen();
  const client = new ThriftClient({ services: [Chat], endpoints: [server.address] });
  chat = client.getService(Chat);
  const module = await Test.createTestingModule({ controllers: [Gateway] }).compile();
  const app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
  cleanUp(async () => {
    await app.close();
    await client.close();
    await server.close({ drainTimeoutMs: 0 });
  });
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return `http://127.0.0.1:${port}`;
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Opens a response and reads its first bytes. */
function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, (response) => response.once('readable', () => resolve(response)))
      .on('error', reject)
      .end();
  });
}

it('a stream reaches a browser as server-sent events', async () => {
  const url = await gateway();
  expect(await text(`${url}/sse?text=x`)).toMatch(/data: first\n\n[^]*data: second\n\n/);
  expect(await text(`${url}/sse?text=fail`)).toMatch(
    /data: first\n\n[^]*event: error\n[^]*data: {"statusCode":422,"message":"not here"}/,
  );
});

it('a slow reader of server-sent events slows down the handler', async () => {
  const url = await gateway();
  const response = await open(`${url}/flood`);
  await until(() => sent > 0);
  await standsStill(() => sent);
  expect(sent).toBeLessThan(FLOOD_MESSAGES / 2);
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
  }
  expect(bytes).toBeGreaterThan(FLOOD_MESSAGES * FLOOD_BYTES);
}, 120_000);

it('comments keep a connection of server-sent events open while no message comes', async () => {
  const url = await gateway();
  const response = await open(`${url}/pings`);
  let body = '';
  response.on('data', (chunk: Buffer) => (body += chunk.toString()));
  const pings = (): string[] => body.split('data: {"text":"first"}\n\n')[1]?.split('\n\n') ?? [];
  await until(() => pings().length > 3);
  // Nest 11.1 leaves comments out. In any case no browser sees an event, or another id than the last.
  const [ping] = pings();
  expect(ping).toMatch(IS_NEST_12 ? /^id: first\n: ping$/ : /^id: first(\n: ping)?$/);
  response.destroy();
  await until(() => aborted !== undefined);
});

it('a stream reaches a caller of HTTP as lines of JSON', async () => {
  const url = await gateway();
  expect(await text(`${url}/ndjson?text=x`)).toBe('{"text":"first"}\n{"text":"second","n":2}\n');
  expect(await text(`${url}/ndjson?text=fail`)).toBe(
    '{"text":"first"}\n{"error":{"statusCode":422,"message":"not here"}}\n',
  );
});

it.each(['sse', 'ndjson'])('a reader of %s that leaves cancels the handler', async (route) => {
  const url = await gateway();
  const response = await open(`${url}/${route}?text=endless`);
  expect(aborted).toBeUndefined();
  response.destroy();
  await until(() => aborted !== undefined);
  expect(aborted).toBeInstanceOf(RemoteCancelledError);
});

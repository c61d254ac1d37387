import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ThriftStreamContext } from '@nestjs-thrift/microservice';
import { collect, createThriftTestingStreamContext } from '@nestjs-thrift/testing';
import {
  ClientTransport,
  ConnectionLostError,
  createClient,
  type IncomingStream,
  type MethodHandler,
  type ReceivedMessages,
  ServerTransport,
} from '@nestjs-thrift/transport';
import type { ChatServiceClient } from 'contracts/chat';
import { cleanUp } from '#test/cleanup.js';
import { listenOnFreePort } from '#test/ports.js';
import { until } from '#test/until.js';
import { snippetsOf } from './markdown.js';

const GUIDE = 'docs/guides/streaming.md';

interface Text {
  readonly text: string;
}

/** What the recipes export, as far as types need no generated code. */
interface Recipes {
  askModel(url: string, request: object, ctx: object): AsyncGenerator<Text>;
  uploadFile(chat: object, path: string): Promise<bigint>;
  storeUpload(requests: ReceivedMessages<object>, path: string): Promise<object>;
  resumable<T>(
    open: (last: T | undefined) => AsyncIterable<T>,
    maxPauseMs?: number,
  ): AsyncGenerator<T>;
  joinRoom(room: EventEmitter, requests: unknown, ctx: object): AsyncGenerator<Text>;
  converse(
    chat: object,
    sentences: AsyncIterable<string>,
    print: (text: string) => void,
  ): Promise<void>;
  watch(changes: EventEmitter, ctx: object): AsyncGenerator<Text>;
}

const idl = snippetsOf(GUIDE, ['thrift'])
  .map(({ code }) => code)
  .join('\n');
const ChatService = compileSchema(
  loadSchemaFromText(idl, { file: 'chat.thrift' }),
).service<ChatServiceClient>('ChatService');

// Inside the repository, so that the packages are found.
const folder = mkdtempSync(resolve('test/docs/.recipes-'));
const recipes = {} as Recipes;

beforeAll(async () => {
  mkdirSync(join(folder, 'gen'));
  const snippets = snippetsOf(GUIDE, ['ts']).filter(({ code }) =>
    /^export async function/m.test(code),
  );
  for (const [index, { code }] of snippets.entries()) {
    const file = join(folder, `recipe-${index}.ts`);
    writeFileSync(file, code);
    Object.assign(recipes, await import(file));
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(handlers: Record<string, MethodHandler>) {
  const rejecting = () => Promise.reject(new Error('not served'));
  const all = { Ask: rejecting, Upload: rejecting, Talk: rejecting, ...handlers };
  const server = new ServerTransport([{ definition: ChatService, handlers: all }], {
    port: 0,
    host: '127.0.0.1',
  });
  await server.listen();
  const transport = new ClientTransport({ connectTimeoutMs: 30_000 });
  cleanUp(async () => {
    transport.destroy();
    await server.close({ drainTimeoutMs: 0 });
  });
  const chat = createClient(ChatService, { transport, endpoints: [server.address] });
  return { server, chat };
}

describe('the recipes of the guide to streaming', () => {
  it('stream the tokens of a model, and end its work with the stream', async () => {
    let modelLeft = false;
    const model = createServer((request, response) => {
      response.on('close', () => (modelLeft = !response.writableFinished));
      response.write('to');
      response.write('kens');
    });
    const port = await listenOnFreePort(model);
    cleanUp(() => void model.close());
    const { chat } = await serve({
      Ask: ({ req }, call) =>
        recipes.askModel(
          `http://127.0.0.1:${port}`,
          req as object,
          new ThriftStreamContext(call as IncomingStream),
        ),
    });
    let text = '';
    for await (const part of chat.Ask({ question: 'Why?' })) {
      text += part.text;
      if (text === 'tokens') {
        break;
      }
    }
    await until(() => modelLeft);
  });

  it('upload a file in chunks, and store it when all of it has come', async () => {
    const stored = join(folder, 'stored');
    const { chat } = await serve({
      Upload: ({ req }) => recipes.storeUpload(req as ReceivedMessages<object>, stored),
    });
    const source = join(folder, 'source');
    writeFileSync(source, Buffer.alloc(200_000, 7));
    expect(await recipes.uploadFile(chat, source)).toBe(200_000n);
    expect(readFileSync(stored).equals(readFileSync(source))).toBe(true);
  });

  it('store nothing of an upload that is cancelled', async () => {
    const stored = join(folder, 'cancelled');
    let failed: unknown;
    const { chat } = await serve({
      Upload: ({ req }) =>
        recipes.storeUpload(req as ReceivedMessages<object>, stored).catch((error: unknown) => {
          failed = error;
          throw error;
        }),
    });
    const upload = chat.Upload();
    await upload.send({ chunk: Buffer.from('half') });
    upload.result.catch(() => undefined);
    upload.cancel();
    await until(() => failed !== undefined);
    expect(() => readFileSync(stored)).toThrow('ENOENT');
    expect(() => readFileSync(`${stored}.partial`)).toThrow('ENOENT');
  });

  it('resume a watch after the last message, however the stream ended', async () => {
    const openedAfter: (number | undefined)[] = [];
    const watch = recipes.resumable<number>(async function* (last) {
      openedAfter.push(last);
      yield (last ?? 0) + 1;
      if (openedAfter.length === 1) {
        throw new ConnectionLostError('127.0.0.1:1', 'gone');
      }
    }, 1);
    expect(await collect(watch, 3)).toEqual([1, 2, 3]);
    expect(openedAfter).toEqual([undefined, 1, 2]);
    const broken = recipes.resumable<number>(() => {
      throw new TypeError('a fault of the program');
    });
    await expect(collect(broken)).rejects.toThrow('a fault of the program');
  });

  it('let two callers talk in a room', async () => {
    const room = new EventEmitter();
    const { chat } = await serve({
      Talk: ({ req }, call) =>
        recipes.joinRoom(room, req, new ThriftStreamContext(call as IncomingStream)),
    });
    const heard: string[] = [];
    const listener = chat.Talk();
    const listening = collect(listener, 2);
    await until(() => room.listenerCount('said') === 1);
    async function* sentences() {
      yield 'hello';
      yield 'goodbye';
      await until(() => heard.length === 2);
    }
    await recipes.converse(chat, sentences(), (text) => void heard.push(text));
    expect(heard).toEqual(['hello', 'goodbye']);
    expect((await listening).map(({ text }) => text)).toEqual(['hello', 'goodbye']);
    await until(() => room.listenerCount('said') === 0);
  });

  it.each(['drain', 'callerCancels'] as const)('end an infinite generator at %s', async (end) => {
    const changes = new EventEmitter();
    const context = createThriftTestingStreamContext(ChatService, 'Ask');
    const watched = collect(recipes.watch(changes, context));
    await until(() => changes.listenerCount('change') === 1);
    changes.emit('change', 'one');
    context[end]();
    expect(await watched).toEqual([{ text: 'one' }]);
    expect(changes.listenerCount('change')).toBe(0);
  });
});

import { Test } from '@nestjs/testing';
import { createThriftTestingApp, type ThriftTestingApp } from '@nestjs-thrift/testing';
import { ChatService, type ChatServiceClient } from 'contracts/chat';
import { AnswerWriter } from './chat/answer-writer.js';
import { until } from '#test/until.js';

describe('the chat service', () => {
  let service: ThriftTestingApp<ChatServiceClient>;
  /** How the answers ended. */
  const ended: boolean[] = [];

  /** Also remembers how answers end. */
  class WatchedWriter extends AnswerWriter {
    override async *write(question: string, words: number, signal: AbortSignal) {
      try {
        yield* super.write(question, words, signal);
      } finally {
        ended.push(signal.aborted);
      }
    }
  }

  beforeAll(async () => {
    Object.assign(process.env, { ADMIN_PORT: '0', LOG_LEVEL: 'silent' });
    const { AppModule } = await import('./app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(AnswerWriter)
      .useValue(new WatchedWriter(1))
      .compile();
    service = await createThriftTestingApp(module, ChatService);
  });

  afterAll(() => service.close());

  beforeEach(() => void ended.splice(0));

  it('answers a question word by word', async () => {
    const words: string[] = [];
    for await (const { text } of service.client.Ask({ question: 'Why?', max_words: 5 })) {
      words.push(text);
    }
    expect(words).toHaveLength(5);
    expect(ended).toEqual([false]);
  });

  it.each([
    ['an empty question', { question: ' ' }, 'question'],
    ['too many words', { question: 'Why?', max_words: 1001 }, 'max_words'],
  ])('rejects %s', async (_what, request, field) => {
    const answer = service.client.Ask(request)[Symbol.asyncIterator]();
    await expect(answer.next()).rejects.toMatchObject({ statusCode: 2001, extra: { field } });
  });

  it('stops writing when its reader leaves', async () => {
    for await (const _ of service.client.Ask({ question: 'Why?', max_words: 1000 })) {
      break;
    }
    await until(() => ended.length === 1);
    expect(ended).toEqual([true]);
  });

  it('counts the bytes of an upload', async () => {
    const chunks = Array.from({ length: 10 }, () => ({ chunk: Buffer.alloc(1000) }));
    await expect(service.client.Upload(chunks)).resolves.toEqual({ size_bytes: 10_000n });
  });

  it('replies to each sentence of a conversation, as it comes', async () => {
    const talk = service.client.Talk();
    const replies = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'hello' });
    const { value: first } = await replies.next();
    expect(first?.text.split(' ')).toHaveLength(8);
    await talk.send({ text: 'goodbye' });
    await expect(replies.next()).resolves.toMatchObject({ done: false });
    talk.closeSend();
    await expect(replies.next()).resolves.toEqual({ done: true, value: undefined });
  });
});

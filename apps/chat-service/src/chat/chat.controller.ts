import { Logger } from '@nestjs/common';
import {
  type ReceivedMessages,
  ThriftMethod,
  ThriftService,
  type ThriftStreamContext,
} from '@nestjs-thrift/microservice';
import {
  type AskRequest,
  type AskResponse,
  ChatService,
  type ChatServiceController,
  type TalkRequest,
  type TalkResponse,
  type UploadRequest,
  type UploadResponse,
} from 'contracts/chat';
import { AnswerWriter } from './answer-writer.js';
import { invalidParameter } from './chat-errors.js';

const MAX_WORDS = 1000;
/** Words of a reply in a conversation. */
const REPLY_WORDS = 8;

@ThriftService(ChatService)
export class ChatController implements ChatServiceController {
  readonly #logger = new Logger(ChatController.name);

  constructor(private readonly writer: AnswerWriter) {}

  @ThriftMethod()
  async *Ask(
    { question, max_words = 100 }: AskRequest,
    { signal }: ThriftStreamContext,
  ): AsyncGenerator<AskResponse> {
    if (question.trim() === '') {
      throw invalidParameter('question', 'must not be empty');
    }
    if (max_words < 1 || max_words > MAX_WORDS) {
      throw invalidParameter('max_words', `must be 1 to ${MAX_WORDS}`);
    }
    let written = 0;
    try {
      for await (const text of this.writer.write(question, max_words, signal)) {
        written++;
        yield { text };
      }
    } finally {
      const end = signal.aborted ? 'cancelled' : 'finished';
      this.#logger.log(`answer ${end} after ${written} words`);
    }
  }

  @ThriftMethod()
  async Upload(requests: ReceivedMessages<UploadRequest>): Promise<UploadResponse> {
    let size = 0;
    // Throws when the caller cancels: half an upload is never taken for a whole one.
    for await (const { chunk } of requests) {
      size += chunk.length;
    }
    return { size_bytes: BigInt(size) };
  }

  @ThriftMethod()
  async *Talk(
    requests: ReceivedMessages<TalkRequest>,
    { signal }: ThriftStreamContext,
  ): AsyncGenerator<TalkResponse> {
    for await (const { text } of requests) {
      let reply = '';
      for await (const word of this.writer.write(text, REPLY_WORDS, signal)) {
        reply += word;
      }
      yield { text: reply };
    }
  }
}

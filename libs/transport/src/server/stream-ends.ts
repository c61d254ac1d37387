import type { ApplicationException } from '@nestjs-thrift/codec/wire';
import { shorten, toInternalException } from '../errors/application-failure.js';
import { FrameType, type StreamFrame } from '../wire/streaming/stream-frame.js';
import { type StreamFrameWriter, StreamMethodName } from '../wire/streaming/stream-frame-writer.js';
import { IntKey } from '../wire/ttheader/header-keys.js';
import type { FailureReports } from './failure-reports.js';
import type { ServedStream } from './served-stream.js';
import { streamFailure } from './stream-failure.js';

/** Writes the ends of the streams of one connection. */
export class StreamEnds {
  readonly #frames: StreamFrameWriter;
  readonly #reports: FailureReports;
  readonly #exposeErrors: boolean;

  constructor(frames: StreamFrameWriter, reports: FailureReports, exposeErrors: boolean) {
    this.#frames = frames;
    this.#reports = reports;
    this.#exposeErrors = exposeErrors;
  }

  /**
   * Writes the end of a stream.
   *
   * @param error what its handler ended with; `undefined` for success.
   * @param exception what its caller gets instead.
   */
  write(stream: ServedStream, error: unknown, exception?: ApplicationException): void {
    try {
      stream.sendHeaders();
      this.#writeTrailer(stream, error, exception);
    } catch (failure) {
      this.#reports.hidden(stream, failure);
      this.#frames.control(FrameType.TRAILER, stream, {
        exception: toInternalException(failure, false),
      });
    }
  }

  /** Answers a stream that becomes none; Kitex lets its caller wait. */
  refuse(
    { streamId, info }: StreamFrame,
    exception: ApplicationException,
    strings: ReadonlyMap<string, string> | undefined,
  ): void {
    const method = shorten(info.int(IntKey.TO_METHOD) ?? '');
    const target = { streamId, name: new StreamMethodName(method) };
    this.#frames.control(FrameType.HEADER, target, { strings });
    this.#frames.control(FrameType.TRAILER, target, { strings, exception });
  }

  #writeTrailer(stream: ServedStream, error: unknown, given?: ApplicationException): void {
    const trailers = stream.trailers();
    if (given !== undefined || error === undefined) {
      this.#frames.control(FrameType.TRAILER, stream, { strings: trailers, exception: given });
      return;
    }
    const failure = streamFailure(stream, error, trailers, this.#exposeErrors);
    this.#reports.ended(stream, error);
    if (failure.hidden) {
      this.#reports.hidden(stream, error);
    } else if (failure.loss !== undefined) {
      this.#reports.shortened(stream, failure.loss);
    }
    this.#frames.control(FrameType.TRAILER, stream, failure);
  }
}

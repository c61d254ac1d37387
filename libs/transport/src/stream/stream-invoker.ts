import type { ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import { ContextKey } from '../call/call-context.js';
import { inheritedMetadata, servedCall } from '../call/current-call.js';
import { createCall, type Invoke } from '../call/outgoing-call.js';
import { callbackError, plainAnswer } from '../errors/callback.error.js';
import { faultOfOptions } from '../options/fault-of-options.js';
import { isMessages } from './messages.js';
import { OutgoingStream } from './outgoing-stream.js';
import { sendAll } from './send-all.js';
import { STREAM_OPTIONS, type StreamOptions } from './stream-options.js';

/** The stream that a call opens; all its attempts share it. */
export const STREAM = new ContextKey<OutgoingStream>('transport.stream');

/** Opens streams of one method, with what the caller gave: a request, a source of requests, or nothing, and then options. */
export type StreamInvoker = (...given: unknown[]) => unknown;

/** Defaults for the streams of a method that do not set their own values. */
export interface StreamDefaults {
  /** Time limits that a configuration has now; asked for each stream. */
  readonly configured?: () => StreamTimes | undefined;
  /** Longest wait for a message, in milliseconds; 0 for no limit. */
  readonly recvTimeoutMs: number;
  /** Names the instance for a stream that names none; for use without balancing in front. */
  readonly nextEndpoint?: () => string;
}

/** Time limits of streams that do not set their own, in milliseconds; 0 for no limit. */
export interface StreamTimes {
  /** Longest wait for a message. */
  readonly recvTimeoutMs?: number | undefined;
  /** Time for the stream as a whole. */
  readonly timeoutMs?: number | undefined;
}

const NO_OPTIONS: StreamOptions = Object.freeze({});

/**
 * Makes the function that opens streams of a method through `invoke`: a ClientTransport, or the chain of policies before it.
 * A stream opens at once; what keeps it from opening fails its messages, never the function,
 * but for wrong options: a TypeError that names each.
 */
export function createStreamInvoker(
  service: ServiceDefinition,
  method: StreamMethod,
  invoke: Invoke,
  { recvTimeoutMs, nextEndpoint, configured }: StreamDefaults,
): StreamInvoker {
  const label = `call(${service.name}.${method.name})`;
  const [parameter = ''] = method.parameters;

  /** @param prepare gives the stream what is to go with its first frame. */
  function open(
    options: StreamOptions,
    args: Record<string, unknown>,
    prepare?: (stream: OutgoingStream) => void,
  ): OutgoingStream {
    const fault =
      options === NO_OPTIONS ? undefined : faultOfOptions(label, STREAM_OPTIONS, options);
    if (fault !== undefined) {
      throw fault;
    }
    const incoming = servedCall();
    const times = configured?.();
    const { timeoutMs = times?.timeoutMs ?? 0 } = options;
    const own = timeoutMs > 0 ? performance.now() + timeoutMs : Infinity;
    const stream = new OutgoingStream({
      service,
      method,
      options: times?.timeoutMs === undefined ? options : { ...options, timeoutMs },
      deadline: Math.min(own, incoming?.deadline ?? Infinity),
      recvTimeoutMs: options.recvTimeoutMs ?? times?.recvTimeoutMs ?? recvTimeoutMs,
      incoming,
      inherited: inheritedMetadata(),
    });
    let { address } = options;
    if (address === undefined && nextEndpoint !== undefined) {
      try {
        address = plainAnswer(nextEndpoint());
      } catch (error) {
        stream.openFailed(callbackError('nextEndpoint', { service, method }, error));
      }
    }
    if (!stream.isDone) {
      prepare?.(stream);
      const call = createCall(service, method, args, options, {
        ...(timeoutMs > 0 && { timeoutMs }),
        ...(address !== undefined && { address }),
      });
      call.context.set(STREAM, stream);
      invoke(call).then(undefined, (error: unknown) => stream.openFailed(error));
    }
    return stream;
  }

  if (method.kind === 'server') {
    return (request, options = NO_OPTIONS) =>
      open(options as StreamOptions, { [parameter]: request }, (stream) => {
        stream.send(request).catch(() => undefined);
        stream.closeSend();
      });
  }
  const isClient = method.kind === 'client';
  return (first = NO_OPTIONS, second = NO_OPTIONS) => {
    if (!isMessages(first)) {
      return open(first as StreamOptions, {});
    }
    const stream = open(second as StreamOptions, {});
    void sendAll(stream, first);
    return isClient ? stream.result : stream;
  };
}

import type { ConnectionOptions } from 'node:tls';
import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError, ClientTransport, RemoteError } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { stringifyJson, valueToJson } from '@nestjs-thrift/codec/json';
import type { Limits } from '../../../probe/open-socket.js';
import type { PlannedCall } from '../planned-call.js';
import { isStreaming } from '../../../values/method-shapes.js';
import { firstMessage, nextOfStream } from './open-stream.js';
import { errorText, milliseconds, printable } from '../../../terminal/terminal.js';
import type { Dialect } from '../../../probe/probe-message.js';
import type { StepResult } from '../step-result.js';

/** Replies larger than this are refused: a diagnosis is not there to move data. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** Calls a method, or opens its stream, with the verification of certificates that every client makes. */
export async function callMethod(
  planned: PlannedCall,
  { transport, protocol }: Dialect,
  endpoint: string,
  tls: ConnectionOptions | undefined,
  { timeoutMs, signal }: Limits,
): Promise<StepResult> {
  const client = new ClientTransport({
    transport,
    protocol,
    tls,
    connection: { mode: 'short' },
    connectTimeoutMs: timeoutMs,
    maxFrameBytes: MAX_REPLY_BYTES,
    serviceName: 'nestjs-thrift-diagnose',
  });
  const { service, definition, args, returns } = planned;
  const name = `${service.name}.${definition.name}`;
  const startedAt = performance.now();
  try {
    if (isStreaming(planned)) {
      return answered(await firstMessage(planned, client, { endpoint, timeoutMs, signal }));
    }
    const invoke = createMethodInvoker(service, definition, (call) => client.call(call), {
      timeoutMs,
    });
    const value = await invoke(args, { address: endpoint, signal });
    const result =
      returns === undefined ? '(void)' : printable(stringifyJson(valueToJson(value, returns)));
    return answered(`${name} answered in ${since(startedAt)}: ${result}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BizStatusError || error instanceof ThriftException) {
      return answered(
        `${name} answered in ${since(startedAt)}: ${kindOf(error)}: ${errorText(error)}`,
      );
    }
    if (!(error instanceof ThriftRpcError)) {
      throw error;
    }
    return {
      step: 'Call',
      verdict: 'fail',
      seen: [`${name} failed after ${since(startedAt)}: ${error.code}: ${errorText(error)}`],
      next: isStreaming(planned) ? nextOfStream(error) : nextOf(error),
      facts: { code: error.code },
    };
  } finally {
    client.destroy();
  }
}

function answered(text: string): StepResult {
  return { step: 'Call', verdict: 'ok', seen: [text] };
}

function since(startedAt: number): string {
  return milliseconds(performance.now() - startedAt);
}

/** Both are answers. */
function kindOf(error: BizStatusError | ThriftException): string {
  return error instanceof BizStatusError
    ? `business status ${error.statusCode}`
    : `declared exception ${error.name}`;
}

function nextOf(error: ThriftRpcError): string {
  if (error instanceof RemoteError) {
    return 'the server refused or failed: its log knows more; compare the IDL of both sides if it does not know the method';
  }
  switch (error.code) {
    case 'RPC_TIMEOUT':
      return 'the connection works and the method is slow or hangs: look at the server, or give more time with --timeout';
    case 'LIMIT_EXCEEDED':
      return 'the server is over a limit: diagnose it later, or raise the limit';
    case 'ENCODE_FAILED':
      return 'the arguments do not fit the IDL: correct them';
    case 'PROTOCOL_ERROR':
      return 'the reply does not fit the IDL: compare it with that of the server';
    default:
      return 'the server closed the connection during the call: look at its log';
  }
}

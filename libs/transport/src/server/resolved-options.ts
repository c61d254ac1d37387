import { DEFAULT_MAX_DECODED_BYTES, readCompile } from '@nestjs-thrift/codec/wire';
import type { ServerTransportOptions } from './server-options.js';
import { DEFAULT_MAX_FRAME_BYTES } from '../wire/message-reader.js';
import { DEFAULT_MAX_RECEIVE_BYTES, LEAST_RECEIVE_BYTES } from '../wire/receive-budget.js';

/** Port a server listens on unless told otherwise; Kitex's. */
export const DEFAULT_PORT = 8888;

/** Options with their defaults filled in. */
export type ResolvedServerOptions = ServerTransportOptions &
  Required<
    Pick<
      ServerTransportOptions,
      | 'port'
      | 'maxFrameBytes'
      | 'maxDecodedBytes'
      | 'slicedStrings'
      | 'compile'
      | 'maxInFlightPerConnection'
      | 'idleTimeoutMs'
      | 'readTimeoutMs'
      | 'writeTimeoutMs'
      | 'maxReceiveBytes'
      | 'keepAliveMs'
      | 'rejectUnknownServiceName'
      | 'exposeErrors'
    >
  >;

/**
 * Fills in defaults and checks what was given.
 *
 * @throws RangeError that names the option, its value and what it may be.
 */
export function resolveServerOptions(options: ServerTransportOptions): ResolvedServerOptions {
  const number = (
    name: keyof ServerTransportOptions,
    lowest: number,
    highest: number,
    fallback: number,
  ): number => {
    const value = options[name] ?? fallback;
    if (
      typeof value !== 'number' ||
      !Number.isInteger(value) ||
      value < lowest ||
      value > highest
    ) {
      throw new RangeError(
        `server option ${name} must be a whole number from ${lowest} to ${highest}, got ${JSON.stringify(value)}`,
      );
    }
    return value;
  };
  const mostMs = 2 ** 31 - 1;
  if (options.socketMode !== undefined) {
    number('socketMode', 0, 0o777, 0);
  }
  if (options.maxConnections !== undefined) {
    number('maxConnections', 1, 2 ** 31 - 1, 1);
  }
  return {
    ...options,
    port: number('port', 0, 65_535, DEFAULT_PORT),
    maxFrameBytes: number('maxFrameBytes', 1, 2 ** 30, DEFAULT_MAX_FRAME_BYTES),
    maxDecodedBytes: number('maxDecodedBytes', 1, 2 ** 31 - 1, DEFAULT_MAX_DECODED_BYTES),
    slicedStrings: options.slicedStrings ?? false,
    compile: readCompile(options.compile),
    maxInFlightPerConnection: number('maxInFlightPerConnection', 1, 2 ** 31 - 1, 256),
    idleTimeoutMs: number('idleTimeoutMs', 0, mostMs, 600_000),
    readTimeoutMs: number('readTimeoutMs', 0, mostMs, 5_000),
    writeTimeoutMs: number('writeTimeoutMs', 0, mostMs, 5_000),
    maxReceiveBytes: number(
      'maxReceiveBytes',
      LEAST_RECEIVE_BYTES,
      Number.MAX_SAFE_INTEGER,
      DEFAULT_MAX_RECEIVE_BYTES,
    ),
    keepAliveMs: number('keepAliveMs', 0, mostMs, 60_000),
    rejectUnknownServiceName: options.rejectUnknownServiceName ?? false,
    exposeErrors: options.exposeErrors ?? false,
  };
}

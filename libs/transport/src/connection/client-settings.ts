import type { ConnectionOptions } from 'node:tls';
import {
  DEFAULT_MAX_DECODED_BYTES,
  PROTOCOLS,
  readCompile,
  type CompileTime,
  type Protocol,
} from '@nestjs-thrift/codec/wire';
import { ObserverGroup } from '../observer/observer-group.js';
import { FRAMINGS, type Framing } from '../wire/framing/framing.js';
import { DEFAULT_MAX_FRAME_BYTES } from '../wire/message-reader.js';
import { DEFAULT_MAX_RECEIVE_BYTES, LEAST_RECEIVE_BYTES } from '../wire/receive-budget.js';
import {
  DEFAULT_MAX_IN_FLIGHT,
  MAX_SLOTS,
  type ClientTransportOptions,
  type ConnectionMode,
} from './client-options.js';

/** A long pool with all its numbers. */
export interface LongPoolSettings {
  readonly mode: 'long';
  readonly maxIdlePerAddress: number;
  readonly maxIdleGlobal: number;
  readonly maxIdleTimeoutMs: number;
  readonly minIdlePerAddress: number;
  readonly maxPerAddress: number;
  readonly maxWaitingPerAddress: number;
  readonly maxAgeMs: number;
}

/** A multiplexed pool with all its numbers. */
export interface MuxPoolSettings {
  readonly mode: 'mux';
  readonly connectionsPerAddress: number;
  readonly maxInFlightPerConnection: number;
}

/** The options of a client, checked and complete. */
export interface ClientSettings {
  readonly framing: Framing;
  readonly protocol: Protocol;
  readonly connection: LongPoolSettings | MuxPoolSettings | { readonly mode: 'short' };
  readonly connectTimeoutMs: number;
  /** `undefined` when it was not said: then the timeout of a call may extend the default. */
  readonly readTimeoutMs: number | undefined;
  readonly writeTimeoutMs: number;
  readonly maxFrameBytes: number;
  readonly maxDecodedBytes: number;
  readonly maxReceiveBytes: number;
  readonly slicedStrings: boolean;
  readonly compile: CompileTime;
  readonly keepAliveMs: number;
  readonly tls: ConnectionOptions | undefined;
  readonly multiplexedNames: boolean;
  readonly serviceName: string;
  readonly targetServiceName: string | undefined;
  /** Absent when nobody observes. */
  readonly observers: ObserverGroup | undefined;
}

const MAX_TIMER_MS = 2 ** 31 - 1;
const MAX_FRAME_BYTES = 2 ** 30;
const MAX_DECODED_BYTES = 2 ** 31 - 1;

/**
 * Checks options and fills in defaults.
 *
 * @throws RangeError or TypeError that names the option, its value and what is allowed.
 */
export function readClientOptions(options: ClientTransportOptions): ClientSettings {
  return {
    framing: oneOf('transport', options.transport ?? 'TTHeaderFramed', FRAMINGS),
    protocol: oneOf('protocol', options.protocol ?? 'binary', PROTOCOLS),
    connection: readConnection(options.connection ?? { mode: 'long' }),
    connectTimeoutMs: integer('connectTimeoutMs', options.connectTimeoutMs ?? 500, 0, MAX_TIMER_MS),
    readTimeoutMs:
      options.readTimeoutMs === undefined
        ? undefined
        : integer('readTimeoutMs', options.readTimeoutMs, 0, MAX_TIMER_MS),
    writeTimeoutMs: integer('writeTimeoutMs', options.writeTimeoutMs ?? 2_000, 0, MAX_TIMER_MS),
    maxFrameBytes: integer(
      'maxFrameBytes',
      options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
      1,
      MAX_FRAME_BYTES,
    ),
    maxDecodedBytes: integer(
      'maxDecodedBytes',
      options.maxDecodedBytes ?? DEFAULT_MAX_DECODED_BYTES,
      1,
      MAX_DECODED_BYTES,
    ),
    maxReceiveBytes: integer(
      'maxReceiveBytes',
      options.maxReceiveBytes ?? DEFAULT_MAX_RECEIVE_BYTES,
      LEAST_RECEIVE_BYTES,
      Number.MAX_SAFE_INTEGER,
    ),
    slicedStrings: options.slicedStrings ?? false,
    compile: readCompile(options.compile),
    keepAliveMs: integer('keepAliveMs', options.keepAliveMs ?? 60_000, 0, MAX_TIMER_MS),
    tls: options.tls,
    multiplexedNames: options.multiplexedNames ?? false,
    serviceName: options.serviceName ?? '',
    targetServiceName: options.targetServiceName,
    observers: ObserverGroup.of(options.observers),
  };
}

function readConnection(options: ConnectionMode): ClientSettings['connection'] {
  switch (options.mode) {
    case 'short':
      return { mode: 'short' };
    case 'mux':
      return {
        mode: 'mux',
        connectionsPerAddress: integer(
          'connection.connectionsPerAddress',
          options.connectionsPerAddress ?? 1,
          1,
          1024,
        ),
        maxInFlightPerConnection: integer(
          'connection.maxInFlightPerConnection',
          options.maxInFlightPerConnection ?? DEFAULT_MAX_IN_FLIGHT,
          1,
          MAX_SLOTS,
        ),
      };
    case 'long':
      return readLongPool(options);
    default:
      throw new TypeError(
        `connection.mode must be 'long', 'short' or 'mux', got ${JSON.stringify((options as ConnectionMode).mode)}`,
      );
  }
}

/** Kitex adjusts these numbers silently where they contradict each other, and so do we: one config serves both. */
function readLongPool(options: ConnectionMode & { mode: 'long' }): LongPoolSettings {
  const count = (name: keyof typeof options, value: number, least: number) =>
    integer(`connection.${name}`, value, least, Number.MAX_SAFE_INTEGER);
  const minIdle = count('minIdlePerAddress', options.minIdlePerAddress ?? 0, 0);
  const maxIdle = count('maxIdlePerAddress', options.maxIdlePerAddress ?? 10, 0);
  const minIdlePerAddress = Math.min(minIdle, 5);
  const maxIdlePerAddress = Math.max(maxIdle, minIdlePerAddress, 1);
  return {
    mode: 'long',
    minIdlePerAddress,
    maxIdlePerAddress,
    maxIdleGlobal: Math.max(
      count('maxIdleGlobal', options.maxIdleGlobal ?? 100, 0) || 1 << 20,
      maxIdlePerAddress,
    ),
    maxIdleTimeoutMs: Math.max(
      count('maxIdleTimeoutMs', options.maxIdleTimeoutMs ?? 60_000, 0) || 30_000,
      2000,
    ),
    maxPerAddress: count('maxPerAddress', options.maxPerAddress ?? 256, 1),
    maxWaitingPerAddress: count('maxWaitingPerAddress', options.maxWaitingPerAddress ?? 1024, 0),
    maxAgeMs: count('maxAgeMs', options.maxAgeMs ?? 0, 0),
  };
}

function integer(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}, got ${value}`);
  }
  return value;
}

/** The entry of a table that an option names. */
function oneOf<Name extends string, Entry>(
  option: string,
  name: Name,
  table: Readonly<Record<Name, Entry>>,
): Entry {
  if (!Object.hasOwn(table, name)) {
    const allowed = Object.keys(table).join(', ');
    throw new TypeError(`${option} must be one of ${allowed}, got "${name}"`);
  }
  return table[name];
}

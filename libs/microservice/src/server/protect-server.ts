import { configuredServerLimits, ServerProtection } from '@nestjs-thrift/governance';
import { SERVER_PROTECTION_OPTIONS, type Subscription } from '@nestjs-thrift/governance/internal';
import type { ServerTransportOptions } from '@nestjs-thrift/transport';
import { pickOptions } from '@nestjs-thrift/transport/internal';
import type { ThriftServerOptions } from './thrift-server-options.js';

/** A server's protection with what it adds to the options of the transport. */
export interface ProtectedServer {
  readonly protection: ServerProtection;
  /** Applies the limits of the configuration, now and whenever they change. */
  follow(serviceName: string): Subscription | undefined;
  readonly transportOptions: Pick<ServerTransportOptions, 'admit' | 'maxConnections' | 'observers'>;
}

/** `undefined` when nothing is limited and no configuration could: then requests are not even counted. */
export function protectServer(options: ThriftServerOptions): ProtectedServer | undefined {
  const { maxQps, maxConcurrency, maxStreams, maxStreamsPerCaller } = options;
  const { accessRules, config, admit, observers = [] } = options;
  const isLimited = maxQps || maxConcurrency || maxStreams || maxStreamsPerCaller;
  if (!isLimited && accessRules === undefined && !config) {
    return undefined;
  }
  const protection = new ServerProtection(pickOptions(SERVER_PROTECTION_OPTIONS, options));
  return {
    protection,
    follow: (serviceName) =>
      config && protection.follow(configuredServerLimits(config, serviceName)),
    transportOptions: {
      maxConnections: protection.maxConnections,
      observers: [...observers, protection.observer],
      admit:
        admit === undefined ? protection.admit : (call) => admit(call) ?? protection.admit(call),
    },
  };
}

import {
  AccessDeniedError,
  LimitExceededError,
  type IncomingCall,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { isRequestMethod } from '@nestjs-thrift/transport/internal';
import { reasonToReject, type AccessRule } from '../access/access-rule.js';
import type { Subscription } from '../../support/emitter.js';
import type { Clock } from '../../support/clock.js';
import { TokenBucket } from './token-bucket.js';

/** Limits of a server; 0 or omitted means unlimited. Kitex: limit.Option. */
export interface ServerLimits {
  /** Connections at once. Kitex: MaxConnections. */
  readonly maxConnections?: number;
  /** Requests per second. Kitex: MaxQPS. */
  readonly maxQps?: number;
  /** Requests being served at once. Kitex has no such limit. */
  readonly maxConcurrency?: number;
}

/** What protects a server. */
export interface ServerProtectionOptions extends ServerLimits {
  /** Asked in order; the first one that refuses decides. Kitex: server.WithACLRules. */
  readonly accessRules?: readonly AccessRule<IncomingCall>[];
  readonly clock?: Clock;
}

/** Calls `apply` with the limits at once and after each change, until the subscription is closed. */
export type LimitsSource = (apply: (limits: ServerLimits | undefined) => void) => Subscription;

/** The server whose connections are limited, such as a ServerTransport. */
export interface ConnectionLimiter {
  /** @param most `undefined` for no limit. */
  limitConnections(most: number | undefined): void;
}

/**
 * Limits and access rules of a server. Its `admit` and `observer` go into the options of the server transport; refused
 * requests are answered with a typed error (LimitExceededError, AccessDeniedError), where Kitex closes the connection.
 *
 * @example
 * const protection = new ServerProtection({ maxQps: 2_000, maxConcurrency: 500, maxConnections: 1_000 });
 * const server = new ServerTransport(services, { admit: protection.admit, observers: [protection.observer] });
 * protection.limitConnectionsOf(server);
 * const file = await GovernanceFile.open('config/governance.yaml');
 * protection.follow(configuredServerLimits(file, 'user-service'));
 */
export class ServerProtection {
  readonly #accessRules: readonly AccessRule<IncomingCall>[];
  readonly #clock: Clock | undefined;
  /** A set and not a count: a request that is finished twice, or was never admitted, cannot spoil it. */
  readonly #serving = new Set<IncomingCall>();
  readonly #servers = new Set<ConnectionLimiter>();
  readonly #fromCode: ServerLimits;
  #limits: Required<ServerLimits>;
  #bucket: TokenBucket | undefined;

  /** @throws RangeError for limits that are not integers of 0 or more. */
  constructor(options: ServerProtectionOptions = {}) {
    this.#accessRules = options.accessRules ?? [];
    this.#clock = options.clock;
    this.#fromCode = options;
    this.#limits = withDefaults(options);
    this.#bucket = this.#newBucket();
  }

  /** Connections at once; `undefined` for no limit. */
  get maxConnections(): number | undefined {
    return this.#limits.maxConnections || undefined;
  }

  /** Requests being served now. */
  get concurrency(): number {
    return this.#serving.size;
  }

  /** For `ServerTransportOptions.admit`. */
  readonly admit = (call: IncomingCall): Error | undefined => {
    const reason = reasonToReject(this.#accessRules, call);
    if (reason !== undefined) {
      return new AccessDeniedError(reason);
    }
    const { maxConcurrency } = this.#limits;
    if (maxConcurrency > 0) {
      if (this.#serving.size >= maxConcurrency) {
        return new LimitExceededError(`${maxConcurrency} requests are being served`);
      }
    }
    if (this.#bucket !== undefined && !this.#bucket.take()) {
      return new LimitExceededError('request too frequent');
    }
    // Observers get no event at the end of a stream: it would keep its place for good.
    if (maxConcurrency > 0 && isRequestMethod(call.method)) {
      this.#serving.add(call);
    }
    return undefined;
  };

  /** For `ServerTransportOptions.observers`: learns when requests are done. */
  readonly observer: TransportObserver = {
    requestFinished: (call) => {
      this.#serving.delete(call);
    },
  };

  /** Limits the connections of a server, now and whenever the limits change. */
  limitConnectionsOf(server: ConnectionLimiter): void {
    this.#servers.add(server);
    server.limitConnections(this.maxConnections);
  }

  /**
   * Applies the limits of a source, now and whenever they change. Limits that the source leaves out are those given to
   * the constructor. Kitex: limit.Option.UpdateControl.
   */
  follow(source: LimitsSource): Subscription {
    return source((limits) => this.update(mergeLimits(limits, this.#fromCode)));
  }

  /** Changes the limits while requests are served; omitted limits are unlimited. @throws RangeError as the constructor. */
  update(limits: ServerLimits): void {
    this.#limits = withDefaults(limits);
    if (this.#bucket !== undefined && this.#limits.maxQps > 0) {
      this.#bucket.update(this.#limits.maxQps);
    } else {
      this.#bucket = this.#newBucket();
    }
    for (const server of this.#servers) {
      server.limitConnections(this.maxConnections);
    }
  }

  #newBucket(): TokenBucket | undefined {
    const { maxQps } = this.#limits;
    return maxQps > 0 ? new TokenBucket(maxQps, this.#clock) : undefined;
  }
}

/** Value by value; the first one is stronger. */
function mergeLimits(strong: ServerLimits = {}, weak: ServerLimits): ServerLimits {
  return {
    maxConnections: strong.maxConnections ?? weak.maxConnections,
    maxQps: strong.maxQps ?? weak.maxQps,
    maxConcurrency: strong.maxConcurrency ?? weak.maxConcurrency,
  };
}

function withDefaults(limits: ServerLimits): Required<ServerLimits> {
  const { maxConnections = 0, maxQps = 0, maxConcurrency = 0 } = limits;
  for (const [name, value] of Object.entries({ maxConnections, maxConcurrency })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`${name} must be a whole number of 0 or more, got ${value}`);
    }
  }
  if (!(maxQps >= 0 && Number.isFinite(maxQps))) {
    throw new RangeError(`maxQps must be a number of 0 or more, got ${maxQps}`);
  }
  return { maxConnections, maxQps, maxConcurrency };
}

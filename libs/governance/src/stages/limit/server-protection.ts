import {
  AccessDeniedError,
  LimitExceededError,
  type IncomingCall,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import {
  callback,
  integer,
  isRequestMethod,
  listOf,
  number,
  type OptionsOf,
  type Resolved,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { reasonToReject, type AccessRule } from '../access/access-rule.js';
import type { Subscription } from '../../support/emitter.js';
import type { Clock } from '../../support/clock.js';
import { OpenStreams } from './open-streams.js';
import { TokenBucket } from './token-bucket.js';

const LIMITS = {
  /** Connections at once; 0 for no limit. Kitex: MaxConnections. */
  maxConnections: integer({ max: 2 ** 31 - 1, default: 0 }),
  /** Requests per second; 0 for no limit. Kitex: MaxQPS. */
  maxQps: number({ min: 0, default: 0 }),
  /** Requests being served at once; streams do not count; 0 for no limit. Kitex has no such limit. */
  maxConcurrency: integer({ default: 0 }),
  /** Streams open at once; 0 for no limit. Kitex has no such limit. */
  maxStreams: integer({ default: 0 }),
  /** Streams that one caller, by its registry name, has open at once; callers without a name count as one; 0 for no limit. */
  maxStreamsPerCaller: integer({ default: 0 }),
};

/** Options of the protection of a server. */
export const SERVER_PROTECTION_OPTIONS = {
  ...LIMITS,
  /** Called in order; the first one that rejects decides. Kitex: server.WithACLRules. */
  accessRules: listOf(callback<AccessRule<IncomingCall>>()),
  /** Returns milliseconds that never go back; for tests. */
  clock: callback<Clock>(),
};

/** Limits of a server; 0 or omitted means unlimited. Kitex: limit.Option. */
export interface ServerLimits extends OptionsOf<typeof LIMITS> {}

/** What protects a server. */
export interface ServerProtectionOptions extends OptionsOf<typeof SERVER_PROTECTION_OPTIONS> {}

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
  readonly #streams = new OpenStreams();
  readonly #servers = new Set<ConnectionLimiter>();
  readonly #fromCode: ServerLimits;
  #limits: Resolved<typeof LIMITS>;
  #bucket: TokenBucket | undefined;

  /** @throws TypeError that names each wrong option. */
  constructor(options: ServerProtectionOptions = {}) {
    const {
      accessRules = [],
      clock,
      ...limits
    } = resolveOptions('protection', SERVER_PROTECTION_OPTIONS, options);
    this.#accessRules = accessRules;
    this.#clock = clock;
    this.#fromCode = limits;
    this.#limits = limits;
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
    if (maxConcurrency > 0 && isRequestMethod(call.method)) {
      if (this.#serving.size >= maxConcurrency) {
        return new LimitExceededError(`${maxConcurrency} requests are being served`);
      }
    }
    if (this.#bucket !== undefined && !this.#bucket.take()) {
      return new LimitExceededError('request too frequent');
    }
    if (!isRequestMethod(call.method)) {
      return this.#streams.admit(call, this.#limits);
    }
    if (maxConcurrency > 0) {
      this.#serving.add(call);
    }
    return undefined;
  };

  /** For `ServerTransportOptions.observers`: learns when requests are done, and streams have ended. */
  readonly observer: TransportObserver = {
    requestFinished: (call) => {
      this.#serving.delete(call);
    },
    streamEnded: ({ incoming }) => {
      if (incoming !== undefined) {
        this.#streams.ended(incoming);
      }
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

  /** Changes the limits while requests are served; omitted limits are unlimited. @throws TypeError that names each wrong limit. */
  update(limits: ServerLimits): void {
    this.#limits = resolveOptions('limits', LIMITS, limits);
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
    maxStreams: strong.maxStreams ?? weak.maxStreams,
    maxStreamsPerCaller: strong.maxStreamsPerCaller ?? weak.maxStreamsPerCaller,
  };
}

import { ThriftRpcError } from '@nestjs-thrift/codec';
import { branded } from '@nestjs-thrift/codec/internal';

/** What a breaker guards: a method of a service, or one instance. */
export type BreakerScope = 'service' | 'instance';

/** An open circuit breaker refused the call before it was sent. Kitex: ErrServiceCircuitBreak, ErrInstanceCircuitBreak. */
export class CircuitBreakerOpenError extends ThriftRpcError {
  static {
    branded(this, 'CircuitBreakerOpenError');
  }

  readonly scope: BreakerScope;
  /** `from/to/method` of a service breaker, the address of an instance breaker. */
  readonly key: string;

  constructor(scope: BreakerScope, key: string) {
    super('CIRCUIT_OPEN', `the ${scope} circuit breaker of ${key} is open`);
    this.scope = scope;
    this.key = key;
  }
}

/** Discovery has no instance that can be called. Kitex: ErrServiceDiscovery, ErrNoMoreInstance. */
export class NoInstanceError extends ThriftRpcError {
  static {
    branded(this, 'NoInstanceError');
  }

  /** Registry name of the service without instances. */
  readonly service: string;

  constructor(service: string, message: string, options?: ErrorOptions) {
    super('NO_INSTANCE', message, options);
    this.service = service;
  }
}

/**
 * The time a retry policy grants the call with all its attempts is used up; the last attempt's error is the cause.
 * When only the number of attempts is used up, the caller gets that last error itself. Kitex: ErrRetry.
 */
export class RetryExhaustedError extends ThriftRpcError {
  static {
    branded(this, 'RetryExhaustedError');
  }

  /** Attempts made, the first one included. */
  readonly attempts: number;

  constructor(attempts: number, message: string, options?: ErrorOptions) {
    super('RETRY_EXHAUSTED', message, options);
    this.attempts = attempts;
  }
}

/** A governance configuration was refused as a whole; the message names each place and what is allowed there. */
export class GovernanceConfigError extends ThriftRpcError {
  static {
    branded(this, 'GovernanceConfigError');
  }

  /** Path of the file, or key in etcd. */
  readonly source: string;
  /** One line per fault, each beginning with the path in the configuration. */
  readonly issues: readonly string[];

  constructor(source: string, issues: readonly string[], options?: ErrorOptions) {
    super('GOVERNANCE_CONFIG_INVALID', `${source}: ${issues.join('; ')}`, options);
    this.source = source;
    this.issues = issues;
  }
}

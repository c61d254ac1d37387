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

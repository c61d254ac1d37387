import type { Middleware } from '@nestjs-thrift/transport';
import type { Stage } from '../../chain/stage.js';
import { CircuitBreakerOpenError } from '../../errors/errors.js';
import { monotonicClock } from '../../support/clock.js';
import type { CircuitBreakerOptions } from './breaker-options.js';
import type { BreakerRegistry } from './breaker-registry.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { classifyForInstance, classifyForService } from './classify.js';

/** Key of a service breaker. Kitex: RPCInfo2Key. */
export function serviceBreakerKey(caller: string, service: string, method: string): string {
  return `${caller}/${service}/${method}`;
}

/** Refuses the attempts of one method while it is failing. Kitex: the service-level breaker of WithCircuitBreaker. */
export function serviceBreakerStage(breaker: CircuitBreaker): Stage {
  const unary: Middleware = (next) => (call) => {
    if (!breaker.allows()) {
      return Promise.reject(new CircuitBreakerOpenError(breaker.scope, breaker.key));
    }
    // Only a breaker for latency needs to know when the call began.
    const startedAt = breaker.slowCallMs === 0 ? 0 : monotonicClock();
    return next(call).then(
      (reply) => {
        breaker.recordSuccess(startedAt);
        return reply;
      },
      (error: unknown) => {
        breaker.record(classifyForService(error, call.method));
        throw error;
      },
    );
  };
  return { name: 'circuitBreaker', unary };
}

/** Refuses instances that cannot be connected to; balancing then picks another. Kitex: the instance-level breaker. */
export function instanceBreakerStage(
  breakers: BreakerRegistry,
  options: CircuitBreakerOptions,
): Stage {
  const unary: Middleware = (next) => (call) => {
    const { address: endpoint } = call;
    if (endpoint === undefined) {
      return next(call);
    }
    const breaker = breakers.obtain(endpoint, options);
    if (!breaker.allows()) {
      return Promise.reject(new CircuitBreakerOpenError('instance', endpoint));
    }
    return next(call).then(
      (reply) => {
        breaker.record('success');
        return reply;
      },
      (error: unknown) => {
        breaker.record(classifyForInstance(error));
        throw error;
      },
    );
  };
  return { name: 'instanceBreaker', unary };
}

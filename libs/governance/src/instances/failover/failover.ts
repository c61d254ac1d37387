import { ERROR_CODES, ThriftRpcError } from '@nestjs-thrift/codec';
import { errorRow } from '@nestjs-thrift/codec/internal';
import { ConnectError, type Invoke, type OutgoingCall } from '@nestjs-thrift/transport';
import type { Stage } from '../../chain/stage.js';
import { VISITED, VisitedInstances } from '../../chain/visited-instances.js';
import { Emitter, type Subscribe } from '../../support/emitter.js';
import {
  callback,
  callbackError,
  flag,
  integer,
  milliseconds,
  object,
  type OptionsOf,
  plainAnswer,
  required,
  type Resolved,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import type { Resolver } from '../discovery/resolver.js';
import { connectCheck, type HealthCheck } from './connect-check.js';
import { type FailoverState, FailoverWatch } from './failover-watch.js';

/** Options of a failover. */
export const FAILOVER_OPTIONS = {
  /** Finds the instances that are called as long as one of them is well. */
  primary: required(object<Resolver>('a resolver')),
  /** Finds the instances that are called while no instance of the primary group is well. */
  backup: required(object<Resolver>('a resolver')),
  /**
   * Whether an error of a call means that the instance called is dead, such as `(error) => error instanceof RpcTimeoutError` for one
   * that hangs. If it throws or returns a promise, the call fails with a CallbackError. Not asked for declared exceptions, business
   * statuses, and errors of this process alone, such as a cancelled call.
   *
   * @defaultValue no connection, nothing sent, or no instance found
   */
  isDead: callback<(error: unknown, call: OutgoingCall) => boolean>(),
  /**
   * Whether calls that the dead instance may have carried out are repeated too. Calls that were never sent always are.
   *
   * @defaultValue what the IDL says of the method
   */
  idempotent: flag(),
  /** Whether an instance is well. Default: a connection is accepted. */
  check: callback<HealthCheck>(),
  /** Wait between checks of the primary group, in milliseconds. */
  intervalMs: milliseconds({ min: 1, default: 10_000 }),
  /** A check that takes longer has failed, in milliseconds. Checks begin again when all have ended, so each needs a limit. */
  timeoutMs: milliseconds({ min: 1, default: 1_000, reason: 'a check needs a limit' }),
  /** Failed checks and dead calls in a row that take an instance out. */
  failuresToLeave: integer({ min: 1, default: 1 }),
  /** Good checks in a row that bring it back. */
  successesToReturn: integer({ min: 1, default: 2 }),
};

/** Two groups of instances, what makes an instance of the first one count as dead, and how it is checked. */
export interface FailoverOptions extends OptionsOf<typeof FAILOVER_OPTIONS> {}

/** Calls after which a call is not repeated any more, whatever is found dead. */
const MAX_CALLS = 6;

/**
 * Calls a primary group of instances, without those that are dead, and a backup group while none of the primary is left. The call that
 * finds an instance dead is itself repeated: on another instance of the primary, else on the backup. Dead instances are checked, and
 * called again when they have recovered.
 *
 * @example
 * const failover = new Failover({ primary: etcdResolver(etcd), backup: staticResolver(['10.9.0.1:8888']) });
 * new ClientGovernance({ service, failover });
 */
export class Failover {
  readonly #options: Resolved<typeof FAILOVER_OPTIONS>;
  readonly #changes = new Emitter<FailoverState>();
  readonly #watches = new Set<FailoverWatch>();

  /** The group called has changed. */
  readonly onChange: Subscribe<FailoverState> = this.#changes.event;

  /** @throws TypeError that names each wrong option. */
  constructor(options: FailoverOptions) {
    this.#options = resolveOptions('failover', FAILOVER_OPTIONS, options);
  }

  /** Finds the instances of the group in charge; `ClientGovernanceOptions.failover` takes it from here. */
  readonly resolver: Resolver = {
    name: 'failover',
    watch: (service, listener) => {
      const watch = new FailoverWatch(
        this.#options,
        { ...this.#options, check: this.#options.check ?? connectCheck },
        service,
        listener,
        (state) => this.#changes.emit(state),
      );
      this.#watches.add(watch);
      return {
        close: () => {
          this.#watches.delete(watch);
          watch.close();
        },
      };
    },
  };

  /** Repeats calls that find an instance dead; `ClientGovernanceOptions.failover` puts it between retries and breaker. */
  readonly stage: Stage = { name: 'failover', unary: (next) => this.#repeating(next) };

  #repeating(next: Invoke): Invoke {
    return async (call) => {
      const visited = call.context.get(VISITED) ?? new VisitedInstances();
      call.context.set(VISITED, visited);
      for (let calls = 1; ; calls += 1) {
        const before = visited.addresses.length;
        try {
          return await next(call);
        } catch (error) {
          if (call.address !== undefined || !this.#isDead(error, call)) {
            throw error;
          }
          const goesElsewhere = this.#leave(error, visited.addresses.slice(before));
          if (calls >= MAX_CALLS || !goesElsewhere || !this.#mayRepeat(error, call)) {
            throw error;
          }
        }
      }
    };
  }

  #isDead(error: unknown, call: OutgoingCall): boolean {
    const row = errorRow(error);
    const isOfThisProcess = row?.instance === 'ignored' || row === ERROR_CODES.ACCESS_DENIED;
    if (row === undefined || isOfThisProcess) {
      return false;
    }
    const { isDead = isUnreachable } = this.#options;
    try {
      return plainAnswer(isDead(error, call));
    } catch (fault) {
      throw callbackError('failover.isDead', call, fault, error);
    }
  }

  #leave(error: unknown, called: readonly string[]): boolean {
    // Where none could be connected to, all of them are dead, else the one that was called last.
    const dead = error instanceof ConnectError ? called : called.slice(-1);
    return [...this.#watches].map((watch) => watch.leave(dead)).some(Boolean);
  }

  #mayRepeat(error: unknown, call: OutgoingCall): boolean {
    const isUnsent = errorRow(error)?.carriedOut === 'no';
    return isUnsent || (this.#options.idempotent ?? call.method.idempotent);
  }
}

function isUnreachable(error: unknown): boolean {
  const code = error instanceof ThriftRpcError ? error.code : undefined;
  return code === 'CONNECT_FAILED' || code === 'NOT_SENT' || code === 'NO_INSTANCE';
}

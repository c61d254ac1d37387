import { CancelledError, RpcTimeoutError, type OutgoingCall } from '@nestjs-thrift/transport';
import { signalListeners } from '@nestjs-thrift/transport/internal';
import type { IDefaultPolicyContext, IPolicy } from 'cockatiel';
import { monotonicClock } from '../../support/clock.js';

/**
 * Runs a call in a slot of a bulkhead. While it waits for one it ends at its deadline and with its signal; the bulkhead itself
 * has no deadline, and lets nothing in behind a call whose signal has fired.
 */
export function runInSlot<T>(
  bulkhead: IPolicy<IDefaultPolicyContext, unknown>,
  call: OutgoingCall,
  run: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const wait = new SlotWait(call, reject);
    bulkhead
      .execute(() => (wait.end() ? run() : undefined))
      .then(
        (value) => resolve(value as T),
        (error: unknown) => {
          wait.end();
          reject(error as Error);
        },
      );
    wait.begin();
  });
}

/** The time before a call has its slot; most calls have it at once. */
class SlotWait {
  readonly #call: OutgoingCall;
  readonly #reject: (error: Error) => void;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(call: OutgoingCall, reject: (error: Error) => void) {
    this.#call = call;
    this.#reject = reject;
  }

  begin(): void {
    const { signal, deadline } = this.#call;
    if (this.#isOver) {
      return;
    }
    if (deadline !== Infinity) {
      this.#timer = setTimeout(() => this.#fail(this.#late()), deadline - monotonicClock());
    }
    if (signal === undefined) {
      return;
    }
    if (signal.aborted) {
      this.cancel();
    } else {
      signalListeners.add(signal, this);
    }
  }

  /** @returns whether the call may run: it has not failed while it waited. */
  end(): boolean {
    if (this.#isOver) {
      return false;
    }
    this.#isOver = true;
    clearTimeout(this.#timer);
    const { signal } = this.#call;
    if (signal !== undefined) {
      signalListeners.remove(signal, this);
    }
    return true;
  }

  cancel(): void {
    const message = `${nameOf(this.#call)} was cancelled while it waited for a slot of a bulkhead`;
    this.#fail(new CancelledError(message, { cause: this.#call.signal?.reason }));
  }

  #late(): RpcTimeoutError {
    return new RpcTimeoutError(
      this.#call.timeoutMs ?? 0,
      `${nameOf(this.#call)} waited until its deadline for a slot of a bulkhead; allow more calls at a time, or find out what takes them so long`,
    );
  }

  #fail(error: Error): void {
    if (this.end()) {
      this.#reject(error);
    }
  }
}

function nameOf({ service, method }: OutgoingCall): string {
  return `${service.name}.${method.name}`;
}

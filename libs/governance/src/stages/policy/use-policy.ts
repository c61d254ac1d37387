import { noop, type IDefaultPolicyContext, type IPolicy } from 'cockatiel';
import {
  nextAttempt,
  type Invoke,
  type Middleware,
  type OutgoingCall,
} from '@nestjs-thrift/transport';
import { relayAbort, STREAM } from '@nestjs-thrift/transport/internal';
import { runInSlot } from './bulkhead-slot.js';

/**
 * The signal cockatiel hands to a function when its caller gave none. It can never fire, so it is not passed on: the
 * transport would pay microseconds per call for listening to it.
 */
export const neverAborted: AbortSignal = capture();

function capture(): AbortSignal {
  let captured: AbortSignal | undefined;
  // cockatiel calls the function before the first await.
  void noop.execute(({ signal }) => {
    captured = signal;
  });
  return captured ?? new AbortController().signal;
}

/** Any policy of cockatiel's shape: its own, ours, a `wrap` of both, or one of the user's making. */
export type AnyPolicy = IPolicy<IDefaultPolicyContext, unknown>;

/**
 * Runs calls through a policy. The signal the policy hands out reaches the transport, so a policy that gives up cancels
 * the attempt. The policy is shared by all calls that pass; make one per client or method where its state must be apart.
 * Of a stream it sees the opening, up to the first message; a bulkhead counts the stream to its end.
 *
 * @example
 * const chain = createCallChain(target, transport, { middlewares: [usePolicy(bulkhead(20, 100))] });
 */
export function usePolicy(policy: AnyPolicy): Middleware {
  if (isBulkhead(policy)) {
    return (next) => (call) => {
      const stream = call.context.get(STREAM);
      return stream === undefined
        ? runInSlot(policy, call, () => next(call))
        : occupy(policy, next, call, stream);
    };
  }
  return (next) => (call) =>
    withSeparateSignal(call.signal, (caller) =>
      policy.execute(({ signal }) => next(withSignal(call, signal)), caller),
    );
}

/** Policies of cockatiel listen to the signal once per call, and Node warns of a leak where eleven calls share one. */
function withSeparateSignal<T>(
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal === undefined || signal.aborted) {
    return run(signal);
  }
  const controller = new AbortController();
  return relayAbort(signal, controller, () => run(controller.signal));
}

/** By its members: the application may have another version of cockatiel. */
function isBulkhead(policy: AnyPolicy): boolean {
  return 'executionSlots' in policy && 'queueSlots' in policy;
}

/** Opens a stream in a slot of a bulkhead, which is free again when the stream has ended. */
function occupy(
  bulkhead: AnyPolicy,
  next: Invoke,
  call: OutgoingCall,
  stream: EndingStream,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const inSlot = async (): Promise<void> => {
      resolve(await next(call));
      await new Promise<void>((free) => stream.onEnd(free));
    };
    runInSlot(bulkhead, call, inSlot).catch(reject);
  });
}

interface EndingStream {
  onEnd(callback: () => void): void;
}

function withSignal(call: OutgoingCall, signal: AbortSignal): OutgoingCall {
  return signal === call.signal || signal === neverAborted ? call : nextAttempt(call, { signal });
}

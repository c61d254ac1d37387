import { noop, type IDefaultPolicyContext, type IPolicy } from 'cockatiel';
import { nextAttempt, type Middleware } from '@nestjs-thrift/transport';

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
 *
 * @example
 * const chain = createCallChain(target, transport, { middlewares: [usePolicy(bulkhead(20, 100))] });
 */
export function usePolicy(policy: AnyPolicy): Middleware {
  return (next) => (call) =>
    policy.execute(
      ({ signal }) =>
        next(
          signal === call.signal || signal === neverAborted ? call : nextAttempt(call, { signal }),
        ),
      call.signal,
    );
}

import { noop } from 'cockatiel';

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

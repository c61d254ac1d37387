import type { IncomingCall } from '../call/incoming-call.js';
import { signalListeners } from '../call/signal-listeners.js';
import type { StreamTarget } from './stream-target.js';

/** The stream, as far as what ends it from outside concerns it. */
export interface FollowingStream {
  readonly target: StreamTarget;
  /** Calls back when the stream has ended. */
  onEnd(callback: () => void): void;
  cancel(reason: unknown): void;
  /** The stream being served, for which this one was opened, has ended early. */
  cascade(reason: unknown): void;
}

/** A stream ends with the signal of its caller, and with the stream that is being served when it is opened. */
export function followSignals(stream: FollowingStream): void {
  const { options, incoming } = stream.target;
  follow(options.signal, stream, (reason) => stream.cancel(reason));
  if (incoming !== undefined && isStream(incoming)) {
    follow(incoming.signal, stream, (reason) => stream.cascade(reason));
  }
}

function follow(
  signal: AbortSignal | undefined,
  stream: FollowingStream,
  cancel: (reason: unknown) => void,
): void {
  if (signal === undefined) {
    return;
  }
  if (signal.aborted) {
    cancel(signal.reason);
    return;
  }
  const follower = { cancel: () => cancel(signal.reason) };
  signalListeners.add(signal, follower);
  // Signals outlive streams: what listens to them must go with the stream.
  stream.onEnd(() => signalListeners.remove(signal, follower));
}

function isStream({ method }: IncomingCall): boolean {
  return method.kind !== 'unary' && method.kind !== 'oneway';
}

import type { IncomingCall } from '../call/incoming-call.js';
import { signalListeners } from '../call/signal-listeners.js';
import { CancelledError, RemoteCancelledError } from '../errors/errors.js';
import { CancelType } from '../wire/streaming/stream-frame.js';
import type { Cancellation } from './stream-carrier.js';
import type { StreamTarget } from './stream-target.js';

/** The stream, as far as what ends it from outside concerns it. */
export interface FollowingStream {
  readonly label: string;
  readonly target: StreamTarget;
  /** Calls back when the stream has ended. */
  onEnd(callback: () => void): void;
  cancel(reason: unknown): void;
  /** Ends the stream, and tells the server why. */
  giveUp(error: unknown, cancellation: Cancellation): void;
}

/** A stream ends with the signal of its caller, and with the stream that is being served when it is opened. */
export function followSignals(stream: FollowingStream): void {
  const { options, incoming } = stream.target;
  follow(options.signal, stream, (reason) => stream.cancel(reason));
  if (incoming !== undefined && isStream(incoming)) {
    follow(incoming.signal, stream, (reason) => cascade(stream, reason));
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

/** The stream being served has ended early. A cancellation that came from upstream goes on as it is. */
function cascade(stream: FollowingStream, reason: unknown): void {
  const message = `${stream.label} was cancelled with the stream that it was opened for`;
  const error = new CancelledError(message, { cause: reason });
  const cancellation =
    reason instanceof RemoteCancelledError
      ? { type: reason.type, message: reason.message, path: reason.path }
      : { type: CancelType.CANCELLED, message, path: [] };
  stream.giveUp(error, cancellation);
}

function isStream({ method }: IncomingCall): boolean {
  return method.kind !== 'unary' && method.kind !== 'oneway';
}

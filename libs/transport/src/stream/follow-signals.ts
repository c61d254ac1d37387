import type { IncomingCall } from '../call/incoming-call.js';
import type { StreamTarget } from './stream-target.js';

/** The stream, as far as what ends it from outside concerns it. */
export interface FollowingStream {
  readonly target: StreamTarget;
  /** Aborts with the end of the stream. */
  readonly ended: AbortSignal;
  cancel(reason: unknown): void;
  /** The stream being served, for which this one was opened, has ended early. */
  cascade(reason: unknown): void;
}

/** A stream ends with the signal of its caller, and with the stream that is being served when it is opened. */
export function followSignals(stream: FollowingStream): void {
  const { options, incoming } = stream.target;
  follow(options.signal, stream.ended, (reason) => stream.cancel(reason));
  if (incoming !== undefined && isStream(incoming)) {
    follow(incoming.signal, stream.ended, (reason) => stream.cascade(reason));
  }
}

function follow(
  signal: AbortSignal | undefined,
  ended: AbortSignal,
  cancel: (reason: unknown) => void,
): void {
  if (signal === undefined) {
    return;
  }
  if (signal.aborted) {
    cancel(signal.reason);
    return;
  }
  const aborted = (): void => cancel(signal.reason);
  signal.addEventListener('abort', aborted);
  // Signals outlive streams: what listens to them must go with the stream.
  ended.addEventListener('abort', () => signal.removeEventListener('abort', aborted));
}

function isStream({ method }: IncomingCall): boolean {
  return method.kind !== 'unary' && method.kind !== 'oneway';
}

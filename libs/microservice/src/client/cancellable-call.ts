import type { WritePacket } from '@nestjs/microservices';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { CallOptions } from '@nestjs-thrift/transport';
import { type MethodInvoker, relayAbort } from '@nestjs-thrift/transport/internal';

/**
 * Starts a call for a subscriber of Nest.
 *
 * @returns the function that Nest calls when the subscriber leaves; it aborts a call that has not settled.
 */
export function startForSubscriber(
  call: (cancellation: AbortController) => Promise<unknown>,
  callback: (packet: WritePacket) => void,
): () => void {
  const cancellation = new AbortController();
  let isSettled = false;
  const settle = (packet: WritePacket): void => {
    isSettled = true;
    callback(packet);
  };
  call(cancellation).then(
    (response) => settle({ response: response ?? null, isDisposed: true }),
    (err: unknown) => settle({ err }),
  );
  return () => {
    if (!isSettled) {
      cancellation.abort(new Error('unsubscribed'));
    }
  };
}

/** Calls a method until `cancellation`, or the signal of the options, aborts it. */
export async function invokeUntilCancelled(
  invoke: MethodInvoker,
  args: FieldValues,
  options: CallOptions,
  cancellation: AbortController,
): Promise<unknown> {
  const { signal } = options;
  const run = () => invoke(args, { ...options, signal: cancellation.signal });
  return signal === undefined ? run() : relayAbort(signal, cancellation, run);
}

import { CancelledError } from './errors.js';

/** Found under a registered symbol: policies may come from another copy of the package. */
const SUPERSEDED = Symbol.for('@nestjs-thrift/superseded');

/** The reason with which a policy aborts an attempt whose call another attempt has decided. */
export function supersededReason(): Error {
  const reason = new Error('another attempt of the call has decided it');
  return Object.defineProperty(reason, SUPERSEDED, { value: true });
}

/** Whether a signal was aborted with {@link supersededReason}. */
export function isSupersededReason(reason: unknown): boolean {
  return reason instanceof Error && SUPERSEDED in reason;
}

/** Whether an attempt ended because another attempt of its call decided it. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof CancelledError && isSupersededReason(error.cause);
}

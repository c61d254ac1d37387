import { currentCall, type OutgoingCall } from '@nestjs-thrift/transport';

/**
 * When a call must have ended at the latest: at its own deadline, and not after the caller of the request being served
 * stops waiting.
 */
export function inheritedDeadline(call: OutgoingCall): number {
  return Math.min(call.deadline, currentCall()?.deadline ?? Infinity);
}

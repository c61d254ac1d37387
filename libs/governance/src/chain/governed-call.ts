import type { OutgoingCall } from '@nestjs-thrift/transport';

/** A call with what the stages of the chain tell each other; the transport does not look at it. */
export interface GovernedCall extends OutgoingCall {
  /**
   * Addresses the attempts of this call went to, appended by balancing and shared by all attempts. Present only when a
   * retry policy wants further attempts to go elsewhere.
   */
  readonly visited?: string[];
}

/** A call a stage has made for itself and may still change before it hands it on. */
export type OwnCall = { -readonly [Field in keyof GovernedCall]: GovernedCall[Field] };

/** Every field must be named below, optional ones too. */
type AllFields = { [Field in keyof Required<GovernedCall>]: GovernedCall[Field] };

/**
 * A copy of a call to be changed. Written out, because spreading objects of several shapes takes a microsecond where this
 * takes some nanoseconds; and so all calls have one shape from here on.
 */
export function ownCall(call: GovernedCall): OwnCall {
  const copy: AllFields = {
    service: call.service,
    method: call.method,
    args: call.args,
    deadline: call.deadline,
    timeoutMs: call.timeoutMs,
    connectTimeoutMs: call.connectTimeoutMs,
    readWriteTimeoutMs: call.readWriteTimeoutMs,
    signal: call.signal,
    metadata: call.metadata,
    persistentMetadata: call.persistentMetadata,
    endpoint: call.endpoint,
    onBackwardMetadata: call.onBackwardMetadata,
    attempt: call.attempt,
    visited: call.visited,
  };
  return copy;
}

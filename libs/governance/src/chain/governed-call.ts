import type { OutgoingCall } from '@nestjs-thrift/transport';

/** A call with what the stages of the chain tell each other; the transport does not look at it. */
export interface GovernedCall extends OutgoingCall {
  /**
   * Addresses the attempts of this call went to, appended by balancing and shared by all attempts. Present only when a
   * retry policy wants further attempts to go elsewhere.
   */
  readonly visited?: string[];
}

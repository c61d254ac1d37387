import type { OutgoingCall } from '../call/outgoing-call.js';

/** `Service.method`, as errors name a call. */
export function methodLabel({ service, method }: OutgoingCall): string {
  return `${service.name}.${method.name}`;
}

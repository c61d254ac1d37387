import { RETRY_KEY } from './request-writer.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';
import {
  IntKey,
  PERSISTENT_PREFIX,
  StringKey,
  TRANSIENT_PREFIX,
} from '../wire/ttheader/header-keys.js';
import { addPrefixed } from '../wire/ttheader/metainfo.js';
import type { OutgoingStream } from '../stream/outgoing-stream.js';
import type { FrameContent } from '../wire/streaming/stream-frame-writer.js';

/**
 * What the frame that opens a stream says. Kitex sends neither its name nor a deadline; its servers ignore them, and servers of this
 * project keep to them.
 */
export function streamHeader(
  { target, observation }: OutgoingStream,
  { options, service, attempt }: OutgoingCall,
  settings: ResolvedClientOptions,
): FrameContent {
  const { incoming, inherited, deadline } = target;
  const strings = new Map<string, string>([[StringKey.SERVICE_NAME, service.name]]);
  if (inherited !== undefined) {
    addPrefixed(strings, PERSISTENT_PREFIX, inherited);
  }
  if (options.persistentMetadata) {
    addPrefixed(strings, PERSISTENT_PREFIX, Object.entries(options.persistentMetadata));
  }
  if (attempt > 0) {
    strings.set(PERSISTENT_PREFIX + RETRY_KEY, String(attempt));
  }
  if (observation !== undefined) {
    addPrefixed(strings, TRANSIENT_PREFIX, observation.metadata);
  }
  if (options.metadata) {
    addPrefixed(strings, TRANSIENT_PREFIX, Object.entries(options.metadata));
  }
  const ints = new Map<number, string>();
  if (settings.serviceName !== '') {
    ints.set(IntKey.FROM_SERVICE, settings.serviceName);
  }
  if (settings.targetServiceName !== undefined) {
    ints.set(IntKey.TO_SERVICE, settings.targetServiceName);
  }
  if (deadline !== Infinity) {
    const leftMs = Math.max(1, Math.ceil(deadline - performance.now()));
    ints.set(IntKey.RPC_TIMEOUT, String(leftMs));
  }
  if (incoming !== undefined) {
    ints.set(IntKey.FROM_METHOD, incoming.method.name);
    if (incoming.logId !== '') {
      ints.set(IntKey.LOG_ID, incoming.logId);
    }
  }
  return { strings, ints };
}

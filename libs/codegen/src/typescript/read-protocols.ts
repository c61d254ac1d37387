import type { CodecProtocol } from '@nestjs-thrift/codec/compiler';

const PROTOCOLS: readonly CodecProtocol[] = ['binary', 'compact'];

/**
 * The protocols that are wanted; all unless anything is said.
 *
 * @throws TypeError for none, and for one there is not: no code would come of it that anybody can use.
 */
export function readProtocols(
  wanted: readonly CodecProtocol[] = PROTOCOLS,
): readonly CodecProtocol[] {
  if (wanted.length > 0 && wanted.every((protocol) => PROTOCOLS.includes(protocol))) return wanted;
  throw new TypeError(
    `protocols must be one or more of ${PROTOCOLS.join(', ')}, got ${JSON.stringify(wanted)}`,
  );
}

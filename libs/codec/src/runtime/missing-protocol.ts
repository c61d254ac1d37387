import type { StructCodec } from '../definition/service-definition.js';
import { ProtocolError } from '../errors/protocol.error.js';

/** Protocols that codecs encode and decode. */
export type CodecProtocol = 'binary' | 'compact';

/** Stands in a generated codec for each Binary method, if the code was generated without Binary. */
export function withoutBinary(this: Pick<StructCodec, 'name'>): never {
  throw notGenerated(this.name, 'Binary');
}

/** Stands in a generated codec for each Compact method, if the code was generated without Compact. */
export function withoutCompact(this: Pick<StructCodec, 'name'>): never {
  throw notGenerated(this.name, 'Compact');
}

/**
 * Tells at once what writing or reading would tell.
 *
 * @throws ProtocolError `NOT_IMPLEMENTED` for a codec that was generated without the protocol.
 */
export function requireProtocol(codec: StructCodec, protocol: CodecProtocol): void {
  if (protocol === 'binary') {
    if (codec.writeBinary === withoutBinary) withoutBinary.call(codec);
  } else if (codec.writeCompact === withoutCompact) {
    withoutCompact.call(codec);
  }
}

function notGenerated(struct: string, protocol: 'Binary' | 'Compact'): ProtocolError {
  return new ProtocolError(
    'NOT_IMPLEMENTED',
    `${struct}: this code was generated without ${protocol}; generate it with --protocols binary,compact`,
  );
}

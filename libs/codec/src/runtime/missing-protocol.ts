import type { StructCodec } from '../definition/service-definition.js';
import { ProtocolError } from '../errors/protocol.error.js';

/** Stands in a generated codec for each Binary method, if the code was generated without Binary. */
export function withoutBinary(this: Pick<StructCodec, 'name'>): never {
  throw notGenerated(this.name, 'Binary');
}

/** Stands in a generated codec for each Compact method, if the code was generated without Compact. */
export function withoutCompact(this: Pick<StructCodec, 'name'>): never {
  throw notGenerated(this.name, 'Compact');
}

function notGenerated(struct: string, protocol: 'Binary' | 'Compact'): ProtocolError {
  return new ProtocolError(
    'NOT_IMPLEMENTED',
    `${struct}: this code was generated without ${protocol}; generate it with --protocols binary,compact`,
  );
}

import { MessageName, MessageType, PROTOCOLS, WriteBuffer } from '@nestjs-thrift/codec/wire';
import type { ProtocolName, TransportName } from '@nestjs-thrift/transport';
import {
  type Framing,
  FRAMINGS,
  FrameWriter,
  HeaderTemplate,
  IntKey,
} from '@nestjs-thrift/transport/wire';

/** A way to frame and encode messages. */
export interface Dialect {
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
}

/** What plain Apache servers understand comes first, and of two framings the one with a length. */
function probingOrder(one: Framing, other: Framing): number {
  return (
    Number(one.hasHeader) - Number(other.hasHeader) ||
    Number(other.hasLength) - Number(one.hasLength)
  );
}

/**
 * All dialects, in the order in which they are tried. A server of npm thrift for Buffered waits for more when it gets a
 * Framed message; the other way round it ends its process.
 */
export const DIALECTS: readonly Dialect[] = Object.values(PROTOCOLS).flatMap(({ name: protocol }) =>
  Object.values(FRAMINGS)
    .toSorted(probingOrder)
    .map(({ name: transport }) => ({ transport, protocol })),
);

/** A method that no service has: every server answers that it does not know it, and does nothing. */
const UNKNOWN_METHOD = 'nestjsThriftDiagnose';
const SEQUENCE_ID = 1;
/** The end of a struct, in both protocols: there are no arguments. */
const STOP = 0;

/** A call of a method that no service has. `service` comes before its name, for multiplexed Apache servers. */
export function probeMessage({ transport, protocol }: Dialect, service?: string): Buffer {
  const method = service === undefined ? UNKNOWN_METHOD : `${service}:${UNKNOWN_METHOD}`;
  const out = new WriteBuffer(256);
  const frame = new FrameWriter();
  const framing = FRAMINGS[transport];
  frame.begin(out, framing);
  if (framing.hasHeader) {
    const framed = framing.hasLength ? 'framed' : 'unframed';
    const ints = new Map<number, string>([
      [IntKey.TRANSPORT_TYPE, framed],
      [IntKey.TO_METHOD, method],
      [IntKey.MESSAGE_TYPE, String(MessageType.CALL)],
    ]);
    frame.beginHeader(out, SEQUENCE_ID, 0, new HeaderTemplate({ ints }));
    frame.endHeader(out);
  }
  const name = new MessageName(method);
  PROTOCOLS[protocol].writeMessageBegin(out, MessageType.CALL, name, SEQUENCE_ID);
  out.reserve(1);
  out.bytes[out.position++] = STOP;
  frame.end(out);
  return out.bytes.subarray(0, out.position);
}

/** A dialect as people write it. */
export function dialectText({ transport, protocol }: Dialect): string {
  return `${transport}/${protocol}`;
}

import {
  MessageName,
  MessageType,
  WriteBuffer,
  writeBinaryMessageBegin,
  writeCompactMessageBegin,
} from '@nestjs-thrift/codec/wire';
import type { ProtocolName, TransportName } from '@nestjs-thrift/transport';
import { FrameWriter, hasHeader, HeaderTemplate, IntKey } from '@nestjs-thrift/transport/wire';

/** A way to wrap and encode messages. */
export interface Dialect {
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
}

/**
 * All dialects, in the order in which they are tried. A server of npm thrift for Buffered waits for more when it gets a
 * Framed message; the other way round it ends its process.
 */
export const DIALECTS: readonly Dialect[] = (['binary', 'compact'] as const).flatMap((protocol) =>
  (['Framed', 'Buffered', 'TTHeaderFramed', 'TTHeader'] as const).map((transport) => ({
    transport,
    protocol,
  })),
);

/** A method that no service has: every server answers that it does not know it, and does nothing. */
const UNKNOWN_METHOD = 'nestjsThriftDiagnose';
const SEQUENCE_ID = 1;
/** The end of a struct, in both protocols: there are no arguments. */
const STOP = 0;

/** A call of a method that no service has. */
export function probeMessage({ transport, protocol }: Dialect): Buffer {
  const out = new WriteBuffer(256);
  const frame = new FrameWriter();
  frame.begin(out, transport);
  if (hasHeader(transport)) {
    const framed = transport === 'TTHeaderFramed' ? 'framed' : 'unframed';
    const ints = new Map<number, string>([
      [IntKey.TRANSPORT_TYPE, framed],
      [IntKey.TO_METHOD, UNKNOWN_METHOD],
      [IntKey.MESSAGE_TYPE, String(MessageType.CALL)],
    ]);
    frame.beginHeader(out, SEQUENCE_ID, 0, new HeaderTemplate({ ints }));
    frame.endHeader(out);
  }
  const name = new MessageName(UNKNOWN_METHOD);
  const begin = protocol === 'binary' ? writeBinaryMessageBegin : writeCompactMessageBegin;
  begin(out, MessageType.CALL, name, SEQUENCE_ID);
  out.reserve(1);
  out.bytes[out.position++] = STOP;
  frame.end(out);
  return out.bytes.subarray(0, out.position);
}

/** A dialect as people write it. */
export function dialectText({ transport, protocol }: Dialect): string {
  return `${transport}/${protocol}`;
}

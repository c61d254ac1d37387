/** A message as bytes on the wire say it; read here on its own, so that a fault of the project's reader shows. */
export interface WireMessage {
  readonly transport: 'Buffered' | 'Framed' | 'TTHeader' | 'TTHeaderFramed';
  /** The parts of a TTHeader; absent without one. */
  readonly header?: WireHeader;
  /** The Thrift message: name, type, sequence id and struct. */
  readonly name: string;
  readonly type: number;
  readonly sequenceId: number;
  readonly body: string;
}

export interface WireHeader {
  readonly flags: number;
  readonly sequenceId: number;
  readonly ints: Readonly<Record<number, string>>;
  readonly strings: Readonly<Record<string, string>>;
}

const STRICT = 0x8001;

/** Splits bytes into messages; what is left over comes last, in `rest`. */
export function parseMessages(bytes: Buffer): { messages: WireMessage[]; rest: Buffer } {
  const messages: WireMessage[] = [];
  let rest = bytes;
  while (rest.length >= 8) {
    const size = messageSize(rest);
    if (rest.length < size) {
      break;
    }
    messages.push(parseMessage(rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  return { messages, rest };
}

/** Bytes of the first message. A Buffered one is taken to be all there is. */
function messageSize(bytes: Buffer): number {
  return bytes.readUInt16BE(0) === STRICT ? bytes.length : bytes.readUInt32BE(0) + 4;
}

function parseMessage(bytes: Buffer): WireMessage {
  if (bytes.readUInt16BE(4) !== 0x1000) {
    const framed = bytes.readUInt16BE(0) !== STRICT;
    const payload = bytes.subarray(framed ? 4 : 0);
    return { transport: framed ? 'Framed' : 'Buffered', ...parsePayload(payload) };
  }
  const end = 14 + bytes.readUInt16BE(12) * 4;
  const header = parseHeader(bytes, end);
  const framed = bytes.readUInt16BE(end) !== STRICT;
  const payload = bytes.subarray(framed ? end + 4 : end);
  return { transport: framed ? 'TTHeaderFramed' : 'TTHeader', header, ...parsePayload(payload) };
}

function parsePayload(bytes: Buffer): Pick<WireMessage, 'name' | 'type' | 'sequenceId' | 'body'> {
  const nameEnd = 8 + bytes.readUInt32BE(4);
  return {
    name: bytes.toString('utf8', 8, nameEnd),
    type: bytes.readUInt16BE(2),
    sequenceId: bytes.readInt32BE(nameEnd),
    body: bytes.toString('hex', nameEnd + 4),
  };
}

function parseHeader(bytes: Buffer, end: number): WireHeader {
  const ints: Record<number, string> = {};
  const strings: Record<string, string> = {};
  let position = 16;
  const text = (): string => {
    const start = position + 2;
    position = start + bytes.readUInt16BE(position);
    return bytes.toString('utf8', start, position);
  };
  while (position < end) {
    const section = bytes[position++];
    if (section === 0) {
      continue;
    }
    if (section === 0x11) {
      strings['RPC_TRANSIT_gdpr-token'] = text();
      continue;
    }
    const count = bytes.readUInt16BE(position);
    position += 2;
    for (let entry = 0; entry < count; entry++) {
      if (section === 0x01) {
        const key = text();
        strings[key] = text();
      } else {
        const key = bytes.readUInt16BE(position);
        position += 2;
        ints[key] = text();
      }
    }
  }
  return { flags: bytes.readUInt16BE(6), sequenceId: bytes.readInt32BE(8), ints, strings };
}

/** A Thrift message in Binary. */
export function encodePayload(
  name: string,
  type: number,
  sequenceId: number,
  body: string,
): Buffer {
  const head = Buffer.alloc(12 + Buffer.byteLength(name));
  head.writeUInt32BE(0x80010000 + type, 0);
  head.writeUInt32BE(Buffer.byteLength(name), 4);
  head.write(name, 8);
  head.writeInt32BE(sequenceId, head.length - 4);
  return Buffer.concat([head, Buffer.from(body, 'hex')]);
}

/** A frame with its length before it. */
export function encodeFrame(payload: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}

/** A payload behind a TTHeader. */
export function encodeHeader(header: WireHeader, payload: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0, 0])];
  const strings = Object.entries(header.strings);
  const ints = Object.entries(header.ints);
  if (strings.length > 0) {
    parts.push(Buffer.from([0x01]), short(strings.length));
  }
  for (const [key, value] of strings) {
    parts.push(sized(key), sized(value));
  }
  if (ints.length > 0) {
    parts.push(Buffer.from([0x10]), short(ints.length));
  }
  for (const [key, value] of ints) {
    parts.push(short(Number(key)), sized(value));
  }
  const info = Buffer.concat(parts);
  const padding = Buffer.alloc((4 - (info.length % 4)) % 4);
  const head = Buffer.alloc(14);
  head.writeUInt32BE(10 + info.length + padding.length + payload.length, 0);
  head.writeUInt16BE(0x1000, 4);
  head.writeUInt16BE(header.flags, 6);
  head.writeInt32BE(header.sequenceId, 8);
  head.writeUInt16BE((info.length + padding.length) / 4, 12);
  return Buffer.concat([head, info, padding, payload]);
}

function short(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function sized(text: string): Buffer {
  return Buffer.concat([short(Buffer.byteLength(text)), Buffer.from(text)]);
}

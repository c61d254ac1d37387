import {
  applicationExceptionCodec,
  MessageHeader,
  MessageName,
  MessageType,
  PROTOCOLS,
  ReadBuffer,
  WriteBuffer,
} from '../wire/index.js';

describe('PROTOCOLS', () => {
  it('lists each protocol under its name, all of one class', () => {
    for (const [name, protocol] of Object.entries(PROTOCOLS)) {
      expect(protocol.name).toBe(name);
      expect(protocol.constructor).toBe(PROTOCOLS.binary.constructor);
    }
  });
});

describe.each(Object.values(PROTOCOLS))('Protocol $name', (protocol) => {
  const exception = { type: 6, message: 'no luck' };

  function encoded(): Buffer {
    const out = new WriteBuffer();
    protocol.writeMessageBegin(out, MessageType.EXCEPTION, new MessageName('GetUser'), 7);
    protocol.write(applicationExceptionCodec, exception, out);
    return Buffer.from(out.bytes.subarray(0, out.position));
  }

  it('decodes the envelope and the struct that it encoded', () => {
    const input = new ReadBuffer(encoded());
    const header = new MessageHeader();
    protocol.readMessageBegin(input, header);
    expect(header).toMatchObject({ type: MessageType.EXCEPTION, name: 'GetUser', sequenceId: 7 });
    expect(protocol.read(applicationExceptionCodec, input)).toEqual(exception);
    expect(input.remaining).toBe(0);
  });

  it('creates a scanner that finds the end of such a message within the limit', () => {
    const bytes = Buffer.concat([encoded(), Buffer.of(0, 0)]);
    const length = bytes.length - 2;
    expect(protocol.createScanner(length).scan(bytes, 0, bytes.length)).toBe(length);
    expect(protocol.createScanner(length).scan(bytes, 0, length - 1)).toBe(-1);
    expect(() => protocol.createScanner(length - 1).scan(bytes, 0, length)).toThrow(
      expect.objectContaining({ reason: 'SIZE_LIMIT' }),
    );
  });
});

import { MessageName, PROTOCOLS, WriteBuffer } from '@nestjs-thrift/codec/wire';
import { FrameWriter } from './framing/frame-writer.js';
import { FRAMINGS } from './framing/framing.js';
import { HeaderInfo } from './ttheader/header-info.js';
import { HeaderTemplate } from './ttheader/header-sections.js';
import { MessageReader } from './message-reader.js';
import { FIXED_HEADER_BYTES } from './ttheader/tt-header.js';

/** Bytes that the TTHeader encoder of Kitex produced, with what they say. */
const vectors = [
  {
    title: 'an empty header',
    hex: '0000001f100000000000000100010000000080010001000000046563686f0000000100',
    sequenceId: 1,
  },
  {
    title: 'one integer key',
    hex: '0000002b100000000000000100040000100001000900046563686f00000080010001000000046563686f0000000100',
    sequenceId: 1,
    ints: { 9: 'echo' },
  },
  {
    title: 'one string key',
    hex: '0000002b100000000000000200040000010001000369736e00044563686f80010001000000046563686f0000000100',
    sequenceId: 2,
    envelopeId: 1,
    strings: { isn: 'Echo' },
  },
  {
    title: 'access token, string and integer key',
    hex: '0000003b10000000ffffffff00080000110003746f6b010001000369736e00044563686f1000010016000131000080010001000000046563686f0000000100',
    sequenceId: -1,
    envelopeId: 1,
    strings: { 'RPC_TRANSIT_gdpr-token': 'tok', isn: 'Echo' },
    ints: { 22: '1' },
  },
  {
    title: 'a business status',
    hex: '0000003b100000000000000100080000010001000a62697a2d73746174757300033430341000010016000132000080010002000000046563686f0000000100',
    sequenceId: 1,
    type: 2,
    strings: { 'biz-status': '404' },
    ints: { 22: '2' },
  },
  {
    title: 'an exception',
    hex: '000000571000000000000001000300001000010016000133000080010003000000046563686f000000010b000100000022756e6b6e6f776e206d6574686f64206563686f202873657276696365204563686f290800020000000100',
    sequenceId: 1,
    type: 3,
    ints: { 22: '3' },
    body: '0b000100000022756e6b6e6f776e206d6574686f64206563686f202873657276696365204563686f290800020000000100',
  },
  {
    title: 'the control frame of a multiplexing server',
    hex: '0000002b100000000000000000040000010001000563727273740001310080010002000000046e6f6e650000000000',
    sequenceId: 0,
    type: 2,
    name: 'none',
    strings: { crrst: '1' },
  },
  {
    title: 'TTHeaderFramed',
    hex: '0000002f100000000000000100040000100001000100066672616d6564000000001180010001000000046563686f0000000100',
    transport: 'TTHeaderFramed' as const,
    sequenceId: 1,
    ints: { 1: 'framed' },
  },
  {
    title: 'a multiplexed request',
    hex: '0000002b100000010000000500040000100001000900046563686f00000080010001000000046563686f0000000100',
    sequenceId: 5,
    envelopeId: 1,
    flags: 1,
    ints: { 9: 'echo' },
  },
].map((vector) => ({
  transport: 'TTHeader' as const,
  type: 1,
  name: 'echo',
  flags: 0,
  body: '00',
  strings: {} as Record<string, string>,
  ints: {} as Record<number, string>,
  ...vector,
}));

const leadingPadding =
  '0000002f10000000000000090005000000000000100001000900046563686f00000080010001000000046563686f0000000100';
const everything =
  '000000b010000000000000060021000011000361636c010003000e5250435f5452414e5349545f746b00027476000e5250435f504552534953545f706b00027076000369736e00044563686f10000800030009636c692e70726f626500140000000600087376722e6563686f000900046563686f0016000131000100066672616d6564000c000338303000110003323030000000001e80010001000000046563686f000000060c00010b00010000000268690000';

function read(hex: string) {
  const reader = new MessageReader();
  reader.push(Buffer.from(hex, 'hex'));
  const message = reader.next();
  if (message === undefined) {
    throw new Error('message is not complete');
  }
  return message;
}

describe('golden vectors of TTHeader', () => {
  it.each(vectors)('reads $title', (vector) => {
    const message = read(vector.hex);
    expect(message).toMatchObject({
      framing: FRAMINGS[vector.transport],
      protocol: PROTOCOLS.binary,
      type: vector.type,
      name: vector.name,
      flags: vector.flags,
      headerSequenceId: vector.sequenceId,
      sequenceId: vector.envelopeId ?? vector.sequenceId,
      wireBytes: vector.hex.length / 2,
    });
    expect(Object.fromEntries(message.info!.strings())).toEqual(vector.strings);
    expect(Object.fromEntries(message.info!.ints())).toEqual(vector.ints);
    expect(message.input.bytes.toString('hex', message.input.position, message.input.end)).toBe(
      vector.body,
    );
  });

  it.each(vectors)('writes $title to the same bytes', (vector) => {
    const out = new WriteBuffer(16);
    const frame = new FrameWriter();
    const template = new HeaderTemplate({
      strings: new Map(Object.entries(vector.strings)),
      ints: new Map(Object.entries(vector.ints).map(([key, value]) => [Number(key), value])),
    });
    const framing = FRAMINGS[vector.transport];
    frame.begin(out, framing);
    expect(framing.hasHeader).toBe(true);
    frame.beginHeader(out, vector.sequenceId, vector.flags, template);
    frame.endHeader(out);
    const envelopeId = vector.envelopeId ?? vector.sequenceId;
    const name = new MessageName(vector.name);
    PROTOCOLS.binary.writeMessageBegin(out, vector.type, name, envelopeId);
    const body = Buffer.from(vector.body, 'hex');
    out.reserve(body.length);
    out.bytes.set(body, out.position);
    out.position += body.length;
    expect(frame.end(out)).toBe(out.position);
    expect(out.bytes.toString('hex', 0, out.position)).toBe(vector.hex);
  });

  it('reads padding in front of a section', () => {
    const message = read(leadingPadding);
    expect(message.info!.int(9)).toBe('echo');
    expect(message.sequenceId).toBe(1);
  });

  it('reads a request with everything a Kitex client sends', () => {
    const message = read(everything);
    expect(message.framing).toBe(FRAMINGS.TTHeaderFramed);
    expect(Object.fromEntries(message.info!.strings())).toEqual({
      'RPC_TRANSIT_gdpr-token': 'acl',
      RPC_TRANSIT_tk: 'tv',
      RPC_PERSIST_pk: 'pv',
      isn: 'Echo',
    });
    expect(Object.fromEntries(message.info!.ints())).toEqual({
      1: 'framed',
      3: 'cli.probe',
      6: 'svr.echo',
      9: 'echo',
      12: '800',
      17: '200',
      20: '',
      22: '1',
    });
  });

  it('reads single keys without decoding the others', () => {
    const { info } = read(everything);
    expect([info!.int(12), info!.int(20), info!.int(99)]).toEqual(['800', '', undefined]);
    expect([info!.string('isn'), info!.string('is')]).toEqual(['Echo', undefined]);
  });

  it('rejects a frame of a stream', () => {
    expect(() => read('00000016100000020000000700031000100001001b0001320000')).toThrow(
      'a frame of a stream came on a connection of calls',
    );
  });
});

describe('info that a TTHeader may have', () => {
  const envelope = '80010001000000046563686f0000000100';

  /** A message around info given in hexadecimal, which is padded. */
  function withInfo(info: string, headerSize?: number): string {
    const padded = info + '00'.repeat(-(info.length / 2) & 3);
    const size = headerSize ?? padded.length / 8;
    const length = (FIXED_HEADER_BYTES - 4 + padded.length / 2 + envelope.length / 2)
      .toString(16)
      .padStart(8, '0');
    return `${length}1000000000000001${size.toString(16).padStart(4, '0')}${padded}${envelope}`;
  }

  it.each([
    ['protocol id 3', '0300'],
    ['protocol id 4', '0400'],
    ['transforms, which are skipped', '00020102' + '1000010009000161'],
    ['a section without pairs', '0000' + '010000' + '100000'],
    ['padding between sections', '0000' + '1000010009000161' + '000000' + '010000'],
    ['an empty value', '0000' + '10000100140000'],
  ])('accepts %s', (_title, info) => {
    expect(read(withInfo(info)).name).toBe('echo');
  });

  it('gives a key that came twice its last value', () => {
    const info = read(withInfo('0000' + '1000010009000161' + '1000010009000162')).info!;
    expect(info.int(9)).toBe('b');
    expect(info.ints().get(9)).toBe('b');
    expect(info.int(9)).toBe('b');
  });

  it.each([
    ['protocol id 1', '0100', 'unsupported protocol id 1'],
    ['protocol id 2', '0200', 'unsupported protocol id 2'],
    ['an unknown section', '0000' + '020001', 'unknown kind 0x2'],
    ['pairs that are cut off', '0000' + '1000020009000161', 'cut off'],
    ['a value longer than the info', '0000' + '10000100090fff61', 'cut off'],
    ['more transforms than info', '00ff', 'cut off'],
    ['a count that is cut off', '0000000000000001', 'cut off'],
    ['transforms that shift the sections', '00011000010009000161', 'cut off'],
  ])('refuses %s', (_title, info, message) => {
    expect(() => read(withInfo(info))).toThrow(message);
  });

  it('refuses a header size of 0', () => {
    expect(() => read(withInfo('0000', 0))).toThrow('0 bytes of info');
  });

  it('refuses a header size beyond the frame', () => {
    expect(() => read(withInfo('0000', 100))).toThrow('longer than the frame');
  });

  it('reads info of the largest size', () => {
    const value = 'x'.repeat(65_000);
    const pairs = Array.from({ length: 4 }, (_, key) => {
      const bytes = Buffer.from(value).toString('hex');
      return key.toString(16).padStart(4, '0') + (65_000).toString(16) + bytes;
    });
    const info = '0000' + '100004' + pairs.join('');
    expect(read(withInfo(info)).info!.int(3)).toBe(value);
  });
});

describe('MeshHeader', () => {
  it('is read in front of a framed and a bare message, which are answered in kind', () => {
    const pairs = '0001' + '0003' + '69736e' + '0004' + '4563686f';
    const header = 'ffaf' + (pairs.length / 2).toString(16).padStart(4, '0') + pairs;
    const envelope = '80010001000000046563686f0000000100';
    const framed = read(header + '00000011' + envelope);
    expect(framed).toMatchObject({ framing: FRAMINGS.Framed, name: 'echo' });
    expect(framed.info!.string('isn')).toBe('Echo');
    const bare = read(header + envelope);
    expect(bare).toMatchObject({ framing: FRAMINGS.Buffered, name: 'echo' });
    expect(bare.info).toBeInstanceOf(HeaderInfo);
  });
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { MethodDefinition } from '@nestjs-thrift/codec';
import { ServerTransport } from '@nestjs-thrift/transport';
import { Echo, echoService } from '#test/echo-service.js';
import { Random } from '#test/random.js';
import { RawClient, request } from '#test/raw-client.js';
import { until } from '#test/until.js';

const echo = Echo.methods['echo']!;
const method = (name: string): MethodDefinition => Echo.methods[name]!;
const MAX_FRAME_BYTES = 1024 * 1024;

/** A frame around hexadecimal bytes. */
const framed = (hex: string): string => (hex.length / 2).toString(16).padStart(8, '0') + hex;
/** Envelope of a call in Binary. */
const envelope = (name: string, sequenceId = 1, type = 1): string =>
  '800100' +
  type.toString(16).padStart(2, '0') +
  name.length.toString(16).padStart(8, '0') +
  Buffer.from(name).toString('hex') +
  sequenceId.toString(16).padStart(8, '0');
/** Structs nested in a field 1 each, `levels` of them. */
const nested = (levels: number): string => '0c0001'.repeat(levels) + '00'.repeat(levels);

describe('one bad peer', () => {
  let server: ServerTransport;
  let neighbour: RawClient;
  const clients: RawClient[] = [];
  const decodeFailures: string[] = [];

  beforeAll(async () => {
    server = new ServerTransport([echoService()], {
      port: 0,
      host: '127.0.0.1',
      maxFrameBytes: MAX_FRAME_BYTES,
      readTimeoutMs: 150,
      observers: [
        { decodeFailed: (_connection, error) => void decodeFailures.push(error.message) },
      ],
    });
    await server.listen();
    neighbour = await RawClient.open(server.address);
  });

  afterAll(async () => {
    neighbour.close();
    await server.close({ drainTimeoutMs: 0 });
  });

  beforeEach(() => void decodeFailures.splice(0));

  // Whatever a peer does, the connection next to it works on and nothing is left behind.
  afterEach(async () => {
    const { body } = await neighbour.call(echo, { text: 'fine' });
    if (body['success'] !== 'fine') {
      throw new Error('the neighbour was not served');
    }
    for (const client of clients.splice(0)) {
      client.close();
    }
    await until(() => server.connectionCount <= 1);
    if (server.inFlightCount > 0) {
      throw new Error('a request is still in flight');
    }
  });

  async function open(): Promise<RawClient> {
    const client = await RawClient.open(server.address);
    clients.push(client);
    return client;
  }

  describe('is disconnected silently', () => {
    it.each([
      ['a bad version', framed('80020001' + '00000004' + '6563686f' + '00000001' + '00')],
      ['a bad version without a frame', '80020001' + '00000004' + '6563686f' + '00000001' + '00'],
      ['a frame one byte too large', (MAX_FRAME_BYTES + 1).toString(16).padStart(8, '0')],
      ['a frame of 2^31-1 bytes', '7fffffff'],
      ['a frame of -1 bytes', 'ffffffff'],
      ['an empty frame', '00000000'],
      ['a TTHeader of 1 GiB', '40000000' + '10000000'],
      ['a TTHeader shorter than itself', '00000002' + '10000000' + '00'.repeat(20)],
      [
        'a TTHeader with an unknown section',
        '0000001f' + '10000000' + '00000001' + '0001' + '00000200' + envelope('echo') + '00',
      ],
      ['HTTP/1.1', Buffer.from('GET /health HTTP/1.1\r\nHost: x\r\n\r\n').toString('hex')],
      ['HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n').toString('hex')],
      ['a TLS hello', '16030102000100' + '01fc03036161616161616161'],
      ['text', Buffer.from('hello, is there anybody?').toString('hex')],
      [
        "Apache's THeader",
        '0000001a' + '0fff0000' + '00000001' + '0001' + '00000000' + envelope('echo'),
      ],
      ['Protobuf of Kitex', '0000001a' + '90010001' + '00'.repeat(22)],
      ['a REPLY', framed(envelope('echo', 1, 2) + '00')],
      ['an EXCEPTION', framed(envelope('echo', 1, 3) + '00')],
      ['a message of type 0', framed(envelope('echo', 1, 0) + '00')],
      ['a message of type 6', framed(envelope('echo', 1, 6) + '00')],
      ['a method name of -1 bytes', framed('80010001' + 'ffffffff' + '00'.repeat(16))],
      ['a method name longer than the frame', framed('80010001' + '000000ff' + '6563686f00000001')],
      ['a bare string of -1 bytes', envelope('echo') + '0b0001' + 'ffffffff'],
      ['a bare string of 2^31-1 bytes', envelope('echo') + '0b0001' + '7fffffff'],
      ['a bare list of -1 entries', envelope('tags') + '0f0001' + '0b' + 'ffffffff'],
      ['a bare list of 2^31-1 entries', envelope('tags') + '0f0001' + '0b' + '7fffffff'],
      ['a bare map of -1 entries', envelope('counts') + '0d0001' + '0b08' + 'ffffffff'],
      ['a bare field of the type 99', envelope('echo') + '63000100'],
      ['bare structs nested without end', envelope('nest') + '0c0001'.repeat(1000)],
      ['a Compact message with an endless varint', '8221' + 'ff'.repeat(20)],
    ])('%s', async (_title, hex) => {
      const client = await open();
      client.send(hex);
      expect(await client.closed()).toBe(0);
      expect(decodeFailures).toHaveLength(1);
    });
  });

  it('gets an error that names the foreign protocol, on this side', async () => {
    const client = await open();
    client.send(Buffer.from('POST / HTTP/1.1\r\n'));
    await client.closed();
    expect(decodeFailures[0]).toContain('HTTP');
  });

  describe('gets an exception of type 7 and is cut off', () => {
    it.each([
      ['a string of -1 bytes', envelope('echo') + '0b0001' + 'ffffffff' + '00'],
      ['a string of 2^31-1 bytes', envelope('echo') + '0b0001' + '7fffffff' + '00'],
      ['a list of -1 entries', envelope('tags') + '0f0001' + '0b' + 'ffffffff' + '00'],
      ['a list of 2^31-1 entries', envelope('tags') + '0f0001' + '0b' + '7fffffff' + '00'],
      ['a map of -1 entries', envelope('counts') + '0d0001' + '0b08' + 'ffffffff' + '00'],
      ['a map of 2^31-1 entries', envelope('counts') + '0d0001' + '0b08' + '7fffffff' + '00'],
      ['an unknown field of the type 99', envelope('echo') + '630063' + '00'],
      ['arguments that are cut off', envelope('echo') + '0b0001' + '00000010' + '6869'],
      ['arguments without an end', envelope('echo') + '0b0001' + '00000002' + '6869'],
      ['a struct without a required field', envelope('strict') + '0c0001' + '00' + '00'],
      ['structs nested 64 deep in the arguments', envelope('nest') + nested(64) + '00'],
      [
        'an unknown field nested 64 deep in the arguments',
        envelope('echo') + '0c0063' + nested(63) + '0000',
      ],
    ])('%s', async (_title, hex) => {
      for (const wrap of [framed, inTTHeader]) {
        const client = await open();
        client.send(wrap(hex));
        const reply = await client.receive(echo);
        expect(reply).toMatchObject({ type: 3, sequenceId: 1, body: { type: 7 } });
        if (wrap === inTTHeader) {
          expect(reply.strings).toEqual({ crrst: '1' });
        }
        await client.closed();
      }
    });

    it('but not when it multiplexes: the other calls of the connection go on', async () => {
      const client = await open();
      const bytes = Buffer.from(inTTHeader(envelope('echo') + '630063' + '00'), 'hex');
      bytes.writeUInt16BE(1, 6);
      client.send(bytes);
      expect(await client.receive(echo)).toMatchObject({ type: 3, body: { type: 7 } });
      expect((await client.call(echo, { text: 'on' })).body).toEqual({ success: 'on' });
    });

    function inTTHeader(hex: string): string {
      const length = (14 + hex.length / 2).toString(16).padStart(8, '0');
      return length + '10000000' + '00000001' + '0001' + '00000000' + hex;
    }
  });

  describe('is served when it is only unusual:', () => {
    it.each([
      ['structs nested 63 deep in the arguments', 'nest', nested(63)],
      ['an unknown field nested 63 deep in the arguments', 'echo', '0c0063' + nested(62) + '00'],
      ['an argument of the wrong type', 'echo', '080001' + '00000001'],
      ['a missing argument', 'echo', ''],
      ['unknown fields', 'echo', '0a0063' + '00'.repeat(8) + '0b0064' + '00000001' + '61'],
      ['invalid UTF-8', 'echo', '0b0001' + '00000002' + 'c328'],
      ['an empty name for the caller of nothing', 'ping', ''],
    ])('%s', async (_title, name, fields) => {
      const client = await open();
      for (const wrap of [framed, (hex: string) => hex]) {
        client.send(wrap(envelope(name) + fields + '00'));
        expect(await client.receive(method(name))).toMatchObject({ type: 2, name });
      }
    });

    it('invalid UTF-8 arrives with replacement characters', async () => {
      const client = await open();
      client.send(framed(envelope('echo') + '0b0001' + '00000002' + 'c328' + '00'));
      expect((await client.receive(echo)).body).toEqual({ success: '\uFFFD(' });
    });

    it('a second message in one frame is not looked for', async () => {
      const client = await open();
      const one = (id: number): string =>
        envelope('echo', id) + '0b0001' + '00000001' + '61' + '00';
      client.send(framed(one(1) + one(2)));
      expect((await client.receive(echo)).sequenceId).toBe(1);
      expect((await client.call(echo, { text: '' }, { sequenceId: 3 })).sequenceId).toBe(3);
    });

    it('half of its socket closed, it still gets its replies', async () => {
      const client = await open();
      client.send(Buffer.concat([request(echo, { text: 'a' }), request(echo, { text: 'b' })]));
      client.socket.end();
      expect((await client.receive(echo)).body).toEqual({ success: 'a' });
      expect((await client.receive(echo)).body).toEqual({ success: 'b' });
      await client.closed();
    });
  });

  describe('stalls', () => {
    it('in the middle of a message, and gets an error and is disconnected', async () => {
      for (const transport of ['Framed', 'Buffered', 'TTHeader', 'TTHeaderFramed'] as const) {
        const client = await open();
        const bytes = request(echo, { text: 'never complete' }, { transport, sequenceId: 8 });
        client.send(bytes.subarray(0, -3));
        const reply = await client.receive(echo);
        expect(reply).toMatchObject({ transport, type: 3, name: 'echo', sequenceId: 8 });
        expect(reply.body).toEqual({
          type: 7,
          message: expect.stringMatching(/^connection read timeout 127\.0\.0\.1:\d+$/),
        });
        await client.closed();
      }
    });

    it.each(['00', '000000', '0000001e', '0000001e800100010000', '80010001000000ff61'])(
      'after the bytes %s, and is disconnected silently',
      async (hex) => {
        const client = await open();
        client.send(hex);
        expect(await client.closed()).toBe(0);
      },
    );

    it('with bytes that trickle: every message has its time from its first byte on', async () => {
      const client = await open();
      const bytes = request(echo, { text: 'x'.repeat(100) });
      for (const byte of bytes) {
        if (client.ended) {
          break;
        }
        client.send(Buffer.of(byte));
        await sleep(20);
      }
      expect(client.ended).toBe(true);
    });

    it('behind a complete message, which is answered first', async () => {
      const client = await open();
      client.send(
        Buffer.concat([request(echo, { text: 'whole' }), Buffer.from('00000020', 'hex')]),
      );
      expect((await client.receive(echo)).body).toEqual({ success: 'whole' });
      await client.closed();
    });
  });

  it('resets its connection at every point of a message', async () => {
    const bytes = request(echo, { text: 'half' }, { transport: 'TTHeaderFramed' });
    for (let length = 0; length <= bytes.length; length += 3) {
      const client = await open();
      client.send(bytes.subarray(0, length));
      client.socket.resetAndDestroy();
      await once(client.socket, 'close');
    }
  });

  it('claims large sizes without costing their memory', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(MAX_FRAME_BYTES, 0);
    frame.writeUInt32BE(0x80010001, 4);
    for (let index = 0; index < 100; index++) {
      (await open()).send(frame);
    }
    let most = 0;
    while (server.connectionCount > 1) {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
      await turn();
    }
    expect(most - before).toBeLessThan(20 * 1024 * 1024);
  });

  it('sends random bytes', async () => {
    const random = new Random(12_345);
    const starts = ['', '80010001', '0000001e80010001', '0000002b10000000', '8221', 'ffaf0010'];
    for (let round = 0; round < 120; round++) {
      const socket = connect(Number(server.address.split(':')[1]), '127.0.0.1');
      socket.on('error', () => {});
      const start = Buffer.from(starts[round % starts.length]!, 'hex');
      socket.end(
        Buffer.concat([start, Buffer.from(Array.from({ length: 200 }, () => random.below(256)))]),
      );
      socket.resume();
      await once(socket, 'close');
    }
  });
});

import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { EARLY_FLUSH_BYTES, EARLY_FLUSH_MESSAGES, SocketWriter } from './socket-writer.js';

describe('SocketWriter', () => {
  let server: Server;
  let near: Socket;
  let far: Socket;
  let writes: number[];

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    near = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [far] = (await once(server, 'connection')) as [Socket];
    if (near.connecting) {
      await once(near, 'connect');
    }
    writes = [];
    const write = near.write.bind(near) as (chunk: Buffer) => boolean;
    near.write = ((chunk: Buffer) => {
      writes.push(chunk.length);
      return write(chunk);
    }) as typeof near.write;
  });

  afterEach(() => {
    near.destroy();
    far.destroy();
    server.close();
  });

  function put(writer: SocketWriter, size: number, byte: number): void {
    const out = writer.begin();
    out.reserve(size);
    out.bytes.fill(byte, out.position, out.position + size);
    out.position += size;
    writer.commit();
  }

  async function received(size: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of far as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= size) {
        break;
      }
    }
    return Buffer.concat(chunks);
  }

  it('writes all messages of a turn at once', async () => {
    const writer = new SocketWriter(near);
    put(writer, 10, 1);
    put(writer, 20, 2);
    expect(writes).toEqual([]);
    expect(writer.out.position).toBe(30);
    await turn();
    expect(writes).toEqual([30]);
    put(writer, 5, 3);
    await turn();
    expect(writes).toEqual([30, 5]);
  });

  it('writes early once enough is waiting', async () => {
    const writer = new SocketWriter(near);
    put(writer, EARLY_FLUSH_BYTES - 1, 1);
    expect(writes).toEqual([]);
    put(writer, 1, 2);
    expect(writes).toEqual([EARLY_FLUSH_BYTES]);
    await turn();
    expect(writes).toEqual([EARLY_FLUSH_BYTES]);
  });

  it('writes early once many small messages are waiting, and then starts counting again', async () => {
    const writer = new SocketWriter(near);
    for (let message = 0; message < 2 * EARLY_FLUSH_MESSAGES + 1; message++) {
      put(writer, 2, 1);
    }
    expect(writes).toEqual([2 * EARLY_FLUSH_MESSAGES, 2 * EARLY_FLUSH_MESSAGES]);
    await turn();
    expect(writes).toEqual([2 * EARLY_FLUSH_MESSAGES, 2 * EARLY_FLUSH_MESSAGES, 2]);
    for (let message = 1; message < EARLY_FLUSH_MESSAGES; message++) {
      put(writer, 2, 1);
    }
    expect(writes).toHaveLength(3);
  });

  it('uses the same buffer again when the kernel took everything', async () => {
    const writer = new SocketWriter(near);
    const { out } = writer;
    put(writer, 100, 1);
    await turn();
    expect(near.writableLength).toBe(0);
    expect(writer.out).toBe(out);
    expect(out.position).toBe(0);
  });

  it('does not keep a buffer that a large message made large', async () => {
    far.resume();
    const writer = new SocketWriter(near);
    put(writer, 1024 * 1024, 1);
    await turn();
    expect(writer.out.bytes.length).toBeLessThan(64 * 1024);
  });

  it('takes a message back', async () => {
    const writer = new SocketWriter(near);
    put(writer, 3, 1);
    const out = writer.begin();
    out.reserve(5);
    out.position += 5;
    writer.rollback();
    put(writer, 2, 2);
    expect([...(await received(5))]).toEqual([1, 1, 1, 2, 2]);
  });

  it('never changes bytes a slow socket has not sent yet', async () => {
    far.pause();
    const writer = new SocketWriter(near);
    const size = 64 * 1024;
    let messages = 0;
    for (; messages < 500 && !writer.saturated; messages++) {
      put(writer, size, messages & 0xff);
      await turn();
    }
    expect(writer.saturated).toBe(true);
    for (const end = messages + 20; messages < end; messages++) {
      put(writer, 100, messages & 0xff);
    }
    const firsts = messages - 20;
    const bytes = await received(firsts * size + 20 * 100);
    expect(bytes).toHaveLength(firsts * size + 20 * 100);
    for (let message = 0; message < firsts; message++) {
      const part = bytes.subarray(message * size, (message + 1) * size);
      expect(part.every((byte) => byte === (message & 0xff))).toBe(true);
    }
    for (let message = 0; message < 20; message++) {
      expect(bytes[firsts * size + message * 100]).toBe((firsts + message) & 0xff);
    }
  });

  it('holds back while the socket is saturated and says when it is not', async () => {
    far.pause();
    let drained = 0;
    const writer = new SocketWriter(near, () => drained++);
    while (!writer.saturated) {
      put(writer, 256 * 1024, 7);
    }
    const before = writes.length;
    put(writer, EARLY_FLUSH_BYTES, 8);
    await turn();
    expect(writes).toHaveLength(before);
    expect(writer.out.position).toBe(EARLY_FLUSH_BYTES);
    far.resume();
    await once(near, 'drain');
    expect(drained).toBeGreaterThan(0);
    expect(writer.out.position).toBe(0);
  });

  it('drops what is written to a closed socket', async () => {
    const writer = new SocketWriter(near);
    near.destroy();
    put(writer, 10, 1);
    await turn();
    expect(writes).toEqual([]);
    expect(writer.out.position).toBe(0);
  });
});

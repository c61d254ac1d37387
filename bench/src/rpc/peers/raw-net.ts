import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { PayloadName } from '../../payloads.js';
import type { Peer, PeerClient } from '../peer.js';

/** Bytes of a frame with its length and id, near what the messages of the other peers take. */
const FRAME_BYTES: Readonly<Record<PayloadName, number>> = {
  small: 40,
  medium: 320,
  large: 28_500,
};

/** Calls `onFrame` for each frame of a stream: a length that does not count itself, then that many bytes. */
function readFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let pending: Buffer | undefined;
  socket.on('data', (chunk: Buffer) => {
    let bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    while (bytes.length >= 4) {
      const end = 4 + bytes.readUInt32BE(0);
      if (bytes.length < end) {
        break;
      }
      onFrame(bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
    pending = bytes.length > 0 ? bytes : undefined;
  });
}

/** Collects frames and writes them once per turn of the event loop. */
function turnWriter(socket: Socket): (frame: Buffer) => void {
  let frames: Buffer[] = [];
  const flush = () => {
    socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
    frames = [];
  };
  return (frame) => {
    if (frames.push(frame) === 1) {
      setImmediate(flush);
    }
  };
}

class RawConnection {
  readonly #socket: Socket;
  readonly #waiting: ((frame: Buffer) => void)[] = [];
  readonly #write: (frame: Buffer) => void;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#write = turnWriter(socket);
    readFrames(socket, (frame) => this.#waiting.shift()!(frame));
  }

  call(frame: Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#write(frame);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** The practical limit: length-prefixed frames over node:net, answered in order, nothing encoded or decoded. */
export const rawNet: Peer = {
  async startServer() {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
      readFrames(socket, turnWriter(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      async close() {
        for (const socket of sockets) {
          socket.destroy();
        }
        server.close();
      },
    };
  },

  async connect(port, kind, connections): Promise<PeerClient> {
    const count = kind === 'shared' ? 1 : connections;
    const all = await Promise.all(
      Array.from({ length: count }, async () => {
        const socket = connect({ port, host: '127.0.0.1', noDelay: true });
        await once(socket, 'connect');
        return new RawConnection(socket);
      }),
    );
    const frames = Object.fromEntries(
      Object.entries(FRAME_BYTES).map(([payload, bytes]) => {
        const frame = Buffer.alloc(bytes, 'x');
        frame.writeUInt32BE(bytes - 4, 0);
        return [payload, frame];
      }),
    ) as Record<PayloadName, Buffer>;
    let next = 0;
    const call = (payload: PayloadName) => all[next++ % count]!.call(frames[payload]);
    return {
      async verify(payload) {
        const echo = await call(payload);
        if (!echo.equals(frames[payload])) {
          throw new Error('echo differs');
        }
      },
      call,
      async close() {
        for (const connection of all) {
          connection.close();
        }
      },
    };
  },
};

import { callEcho } from '#test/echo-peers.js';
import { serveRaw } from '#test/raw-server.js';

const TIMEOUT_MS = 100;
/** The place of the type of a message in a framed request, and of its sequence id for a method of four letters. */
const MESSAGE_TYPE = 7;
const SEQUENCE_ID_END = 20;

/** Blocks the process for longer than the call may take. */
function block(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * TIMEOUT_MS);
}

/** The reply of a method without result. */
function replyTo(request: Buffer): Buffer {
  const reply = Buffer.concat([request.subarray(0, SEQUENCE_ID_END), Buffer.from([0])]);
  reply[MESSAGE_TYPE] = 2;
  reply.writeUInt32BE(reply.length - 4);
  return reply;
}

describe('a process that was blocked beyond the deadline of a call', () => {
  it.each(['long', 'mux'] as const)('takes a reply that came meanwhile (%s)', async (mode) => {
    const address = await serveRaw((socket) => {
      socket.once('data', (request) => {
        socket.write(replyTo(request));
        block();
      });
    });
    const { echo } = callEcho(address, { transport: 'Framed', connection: { mode } });
    await expect(echo.ping({ timeoutMs: TIMEOUT_MS })).resolves.toBeUndefined();
  });

  it('gives the call up if no reply came', async () => {
    const address = await serveRaw((socket) => void socket.once('data', block));
    const { echo } = callEcho(address, { transport: 'Framed' });
    await expect(echo.ping({ timeoutMs: TIMEOUT_MS })).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
    });
  });
});

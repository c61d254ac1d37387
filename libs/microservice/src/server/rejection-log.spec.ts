import { ProtocolError } from '@nestjs-thrift/codec';
import type { IncomingCall, ObservedConnection } from '@nestjs-thrift/transport';
import { RejectionLog } from './rejection-log.js';

const peer: ObservedConnection = { side: 'server', address: '10.0.0.1:40000' };

function lines(...texts: readonly string[]): string[] {
  const logged: string[] = [];
  const log = new RejectionLog({ warn: (line: string) => logged.push(line) });
  for (const text of texts) {
    log.decodeFailed(peer, new ProtocolError('BAD_VERSION', text));
  }
  return logged;
}

describe('RejectionLog', () => {
  it('logs every foreign protocol once, whichever came first', () => {
    const http = 'HTTP on a Thrift port';
    const zlib = 'zlib, which is not supported; turn compression off';

    expect(lines(http, http, zlib, http, zlib)).toEqual([
      `Connection closed: ${http} (peer=10.0.0.1:40000)`,
      `Connection closed: ${zlib} (peer=10.0.0.1:40000)`,
    ]);
  });

  it('logs one line for bytes that a peer chooses, however many kinds it sends', () => {
    const random = Array.from(
      { length: 1000 },
      (_, count) => `not a Thrift message: it starts with 0x${count}`,
    );
    expect(lines(...random)).toHaveLength(1);
  });

  it('logs a handler that takes no messages', () => {
    const logged: string[] = [];
    const log = new RejectionLog({ warn: (line: string) => logged.push(line) });
    const call = {
      service: { name: 'Chat' },
      method: { name: 'Up' },
      remoteAddress: '10.0.0.1:40000',
    } as IncomingCall;
    log.streamHandlerStalled?.(call, { messages: 3, bytes: 90, stalledMs: 5000 });

    expect(logged).toEqual([
      'Chat.Up took no message for 5000 ms (messages=3 bytes=90 peer=10.0.0.1:40000)',
    ]);
  });
});

import type { ObservedStream } from '@nestjs-thrift/transport';

/** A stream that has not ended. */
export interface LiveStream {
  readonly side: 'client' | 'server';
  readonly service: string;
  readonly method: string;
  readonly mode: string;
  readonly ageMs: number;
  /** Address of the other side. */
  readonly peer: string;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Bytes of received messages that their consumer has not taken. */
  readonly bufferedBytes: number;
}

/** The streams of this process that have not ended. */
export class LiveStreams {
  /** In the order in which they were opened. */
  readonly #streams = new Set<ObservedStream>();

  add(stream: ObservedStream): void {
    this.#streams.add(stream);
  }

  delete(stream: ObservedStream): void {
    this.#streams.delete(stream);
  }

  /** The oldest ones, at most `most` of them. */
  oldest(most: number): LiveStream[] {
    const now = performance.now();
    const oldest: LiveStream[] = [];
    for (const stream of this.#streams) {
      if (oldest.length === most) {
        break;
      }
      oldest.push(describe(stream, now));
    }
    return oldest;
  }

  /** How many there are by side, method and host of the peer, and what they hold; at most `most` rows. */
  counts(most: number): object[] {
    const rows = new Map<string, StreamCount>();
    for (const { side, service, method, address, bufferedBytes } of this.#streams) {
      // Each connection of a caller has another port.
      const peer = side === 'server' ? address.replace(/:\d+$/, '') : address;
      const key = [side, service.name, method.name, peer].join(' ');
      let row = rows.get(key);
      if (row === undefined) {
        if (rows.size === most) {
          continue;
        }
        row = {
          side,
          service: service.name,
          method: method.name,
          peer,
          streams: 0,
          bufferedBytes: 0,
        };
        rows.set(key, row);
      }
      row.streams += 1;
      row.bufferedBytes += bufferedBytes;
    }
    return [...rows.values()];
  }
}

interface StreamCount {
  readonly side: string;
  readonly service: string;
  readonly method: string;
  readonly peer: string;
  streams: number;
  bufferedBytes: number;
}

function describe(stream: ObservedStream, now: number): LiveStream {
  const { side, service, method, address, messagesSent, messagesReceived, bufferedBytes } = stream;
  return {
    side,
    service: service.name,
    method: method.name,
    mode: method.kind,
    ageMs: Math.round(now - stream.openedAt),
    peer: address,
    messagesSent,
    messagesReceived,
    bufferedBytes,
  };
}

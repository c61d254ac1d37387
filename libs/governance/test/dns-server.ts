import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

const TYPES = { A: 1, AAAA: 28, SRV: 33 } as const;

/** One answer: the bytes of its record data. */
export type RecordData = Buffer;

/** A name server on a free UDP port that answers from a table, which the test may change. */
export class DnsServer {
  /** Keys such as `A users.test`. */
  readonly records = new Map<string, readonly RecordData[]>();
  readonly #socket: Socket;
  questions = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (question, from) => {
      this.questions += 1;
      socket.send(this.#answer(question), from.port, from.address);
    });
  }

  static async listen(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
    return new DnsServer(socket);
  }

  get address(): string {
    return `127.0.0.1:${(this.#socket.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((closed) => this.#socket.close(closed));
  }

  #answer(question: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at]!; length > 0; length = question[at]!) {
      labels.push(question.toString('latin1', at + 1, at + 1 + length));
      at += length + 1;
    }
    const end = at + 5;
    const type = question.readUInt16BE(at + 1);
    const name = Object.entries(TYPES).find(([, value]) => value === type)?.[0];
    const found = this.records.get(`${name} ${labels.join('.')}`) ?? [];
    const header = Buffer.from(question.subarray(0, 12));
    // A reply, recursion available; NXDOMAIN without records.
    header.writeUInt16BE(found.length > 0 ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(found.length, 6);
    header.writeUInt32BE(0, 8);
    const answers = found.map((data) => {
      const record = Buffer.alloc(12);
      record.writeUInt16BE(0xc00c, 0);
      record.writeUInt16BE(type, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt16BE(data.length, 10);
      return Buffer.concat([record, data]);
    });
    return Buffer.concat([header, question.subarray(12, end), ...answers]);
  }
}

/** Data of an A record. */
export function addressRecord(address: string): RecordData {
  return Buffer.from(address.split('.').map(Number));
}

/** Data of an SRV record. */
export function serviceRecord(
  priority: number,
  weight: number,
  port: number,
  host: string,
): RecordData {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(priority, 0);
  head.writeUInt16BE(weight, 2);
  head.writeUInt16BE(port, 4);
  const labels = host
    .split('.')
    .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat([head, ...labels, Buffer.alloc(1)]);
}

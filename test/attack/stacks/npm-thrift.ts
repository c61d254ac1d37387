// Apache's library for Node.js, with a processor as its compiler generates them.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TProtocol } from 'thrift';
import { DEFAULT_TIMEOUT_MS, type StackClient } from './stack.js';

const thrift = createRequire(import.meta.url)('thrift') as typeof import('thrift');
const { MessageType, TApplicationException, TApplicationExceptionType, Type } = thrift.Thrift;
const OPTIONS = { transport: thrift.TFramedTransport, protocol: thrift.TBinaryProtocol };

class TargetProcessor {
  process(input: TProtocol, output: TProtocol): void {
    const { fname, rseqid } = input.readMessageBegin();
    const value = readStruct(input);
    input.readMessageEnd();
    if (fname === 'hang') {
      return;
    }
    const isKnown = ['echo', 'fill', 'intMap', 'leaves', 'take'].includes(fname);
    output.writeMessageBegin(fname, isKnown ? MessageType.REPLY : MessageType.EXCEPTION, rseqid);
    if (isKnown) {
      writeResult(output, fname, value);
    } else {
      const text = `Unknown function ${fname}`;
      new TApplicationException(TApplicationExceptionType.UNKNOWN_METHOD, text).write(output);
    }
    output.writeMessageEnd();
    output.flush();
  }
}

export async function serve(): Promise<number> {
  const server = thrift.createServer(
    TargetProcessor as never,
    {} as never,
    OPTIONS,
  ) as unknown as Server;
  // Without a listener every message that is not Thrift would end the process.
  server.on('error', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

export async function connect(host: string, port: number): Promise<StackClient> {
  const connection = thrift.createConnection(host, port, OPTIONS);
  connection.on('error', () => undefined);
  const client = thrift.createClient(TargetClient as never, connection) as unknown as TargetClient;
  await once(connection, 'connect');
  return {
    // The library has no timeout of a call; its users add one like this.
    echo: (text, timeoutMs = DEFAULT_TIMEOUT_MS) => within(timeoutMs, client.echo(text)),
    note: (payload) => client.note(payload),
    close: () => connection.end(),
  };
}

type Waiting = Record<number, (error: Error | null, result?: string) => void>;

async function within<Result>(timeoutMs: number, call: Promise<Result>): Promise<Result> {
  const timeout = new AbortController();
  try {
    const late = sleep(timeoutMs, undefined, { signal: timeout.signal }).then(() => {
      throw new Error(`no reply within ${timeoutMs} ms`);
    });
    return await Promise.race([call, late]);
  } finally {
    timeout.abort();
  }
}

/** A client as the compiler generates it, for `echo` and `note`. */
class TargetClient {
  readonly _reqs: Waiting = {};
  #lastId = 0;

  constructor(
    readonly output: { flush(): void; seqid?: number },
    readonly protocol: new (output: unknown) => TProtocol,
  ) {}

  /** npm thrift looks a reply up by the id of its request. */
  seqid(): number {
    return this.#lastId;
  }

  new_seqid(): number {
    return ++this.#lastId;
  }

  echo(text: string): Promise<string> {
    const id = this.new_seqid();
    return new Promise((resolve, reject) => {
      this._reqs[id] = (error, result) => (error === null ? resolve(result!) : reject(error));
      const output = new this.protocol(this.output);
      output.writeMessageBegin('echo', MessageType.CALL, id);
      output.writeFieldBegin('text', Type.STRING, 1);
      output.writeString(text);
      output.writeFieldStop();
      output.writeMessageEnd();
      this.output.flush();
    });
  }

  async note(payload: Buffer): Promise<void> {
    const output = new this.protocol(this.output);
    output.writeMessageBegin('note', MessageType.ONEWAY, this.new_seqid());
    output.writeFieldBegin('payload', Type.STRING, 1);
    output.writeString(payload as unknown as string);
    output.writeFieldStop();
    output.writeMessageEnd();
    this.output.flush();
  }

  recv_echo(input: TProtocol, _type: number, id: number): void {
    const result = readStruct(input) as string;
    input.readMessageEnd();
    const settle = this._reqs[id]!;
    delete this._reqs[id];
    settle(null, result);
  }
}

/** The value of the one field that the struct has. */
function readStruct(input: TProtocol): unknown {
  let value: unknown;
  for (;;) {
    const { ftype } = input.readFieldBegin();
    if (ftype === Type.STOP) {
      return value;
    }
    value = readValue(input, ftype);
  }
}

function readValue(input: TProtocol, type: number): unknown {
  switch (type) {
    case Type.STRING:
      return input.readString();
    case Type.I32:
      return input.readI32();
    case Type.MAP:
      return readMap(input);
    case Type.LIST:
      return readLeaves(input);
    default:
      input.skip(type);
      return undefined;
  }
}

/** As the compiler writes it: a plain object. */
function readMap(input: TProtocol): Record<number, number> {
  const map: Record<number, number> = {};
  const { size } = input.readMapBegin();
  for (let index = 0; index < size; index++) {
    const key = input.readI32();
    map[key] = input.readI32();
  }
  return map;
}

function readLeaves(input: TProtocol): object[] {
  const leaves: object[] = [];
  const { size } = input.readListBegin();
  for (let index = 0; index < size; index++) {
    leaves.push({ value: readStruct(input) ?? null });
  }
  return leaves;
}

function writeResult(output: TProtocol, name: string, value: unknown): void {
  if (name === 'echo') {
    output.writeFieldBegin('success', Type.STRING, 0);
    output.writeString(value as string);
  } else if (name === 'fill') {
    output.writeFieldBegin('success', Type.STRING, 0);
    output.writeString(Buffer.allocUnsafeSlow(value as number) as unknown as string);
  } else {
    output.writeFieldBegin('success', Type.I32, 0);
    output.writeI32(0);
  }
  output.writeFieldStop();
}

import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Server } from 'node:net';
import { jest } from '@jest/globals';
import type { ProtocolName } from '@nestjs-thrift/transport';
import type { TProtocol } from 'thrift';

type Npm = typeof import('thrift');

interface EchoHandler {
  readonly Thrift: Npm['Thrift'];
  readonly fired: string[];
}

/**
 * Lets jest import npm thrift, which requires the ES module `uuid`: jest's `require` takes no ES modules, so jest imports
 * it first and hands the same module to `require`. Call it before anything imports thrift.
 */
export async function letJestLoadThrift(): Promise<void> {
  const thrift = createRequire(import.meta.url).resolve('thrift');
  const path = createRequire(thrift).resolve('uuid');
  const uuid = (await import(path)) as object;
  jest.doMock(path, () => uuid);
}

/** npm thrift, as a type of its parts that a test uses. */
export async function loadNpmThrift<Parts = Npm>(): Promise<Parts> {
  await letJestLoadThrift();
  return (await import('thrift')) as unknown as Parts;
}

/** A server of npm thrift with some methods of Echo on a free port; `fired` gets the texts of oneway calls. */
export async function startNpmThrift(
  transport: 'Framed' | 'Buffered',
  protocol: ProtocolName,
  fired: string[],
): Promise<Server> {
  const npm = await loadNpmThrift();
  const handler: EchoHandler = { Thrift: npm.Thrift, fired };
  const server = npm.createServer(EchoProcessor as never, handler as never, {
    transport: transport === 'Framed' ? npm.TFramedTransport : npm.TBufferedTransport,
    protocol: protocol === 'binary' ? npm.TBinaryProtocol : npm.TCompactProtocol,
  }) as unknown as Server;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** What the Apache compiler would generate for some methods of Echo, as far as npm thrift looks at it. */
class EchoProcessor {
  readonly #handler: EchoHandler;
  readonly #Thrift: Npm['Thrift'];

  /** npm thrift makes it, with the handler it was given. */
  constructor(handler: EchoHandler) {
    this.#handler = handler;
    this.#Thrift = handler.Thrift;
  }

  process(input: TProtocol, output: TProtocol): void {
    const Thrift = this.#Thrift;
    const { fname, rseqid } = input.readMessageBegin();
    const fields = readStruct(Thrift, input);
    input.readMessageEnd();
    if (fname === 'fire') {
      this.#handler.fired.push(fields[0] as string);
      return;
    }
    const isKnown = fname === 'echo' || fname === 'add' || fname === 'tags';
    const { REPLY, EXCEPTION } = Thrift.MessageType;
    output.writeMessageBegin(fname, isKnown ? REPLY : EXCEPTION, rseqid);
    if (!isKnown) {
      const type = Thrift.TApplicationExceptionType.UNKNOWN_METHOD;
      new Thrift.TApplicationException(type, `unknown ${fname}`).write(output);
    } else {
      output.writeStructBegin(`${fname}_result`);
      writeOutcome(Thrift, fname, fields, output);
      output.writeFieldStop();
      output.writeStructEnd();
    }
    output.writeMessageEnd();
    output.flush();
  }
}

function writeOutcome(
  Thrift: Npm['Thrift'],
  name: string,
  fields: unknown[],
  output: TProtocol,
): void {
  const { STRING, STRUCT, I32, LIST } = Thrift.Type;
  if (fields[0] === 'fail') {
    output.writeFieldBegin('failure', STRUCT, 1);
    output.writeStructBegin('Failure');
    output.writeFieldBegin('reason', STRING, 1);
    output.writeString('as you wish');
    output.writeFieldEnd();
    output.writeFieldBegin('code', I32, 2);
    output.writeI32(-7);
    output.writeFieldEnd();
    output.writeFieldStop();
    output.writeStructEnd();
  } else if (name === 'echo') {
    output.writeFieldBegin('success', STRING, 0);
    output.writeString(fields[0] as string);
  } else if (name === 'add') {
    output.writeFieldBegin('success', I32, 0);
    output.writeI32((fields[0] as number) + (fields[1] as number));
  } else {
    const tags = fields[0] as string[];
    output.writeFieldBegin('success', LIST, 0);
    output.writeListBegin(STRING, tags.length);
    for (const tag of tags) {
      output.writeString(tag);
    }
    output.writeListEnd();
  }
  output.writeFieldEnd();
}

function readStruct(Thrift: Npm['Thrift'], input: TProtocol): unknown[] {
  const fields: unknown[] = [];
  input.readStructBegin();
  for (;;) {
    const { ftype } = input.readFieldBegin();
    if (ftype === Thrift.Type.STOP) {
      break;
    }
    fields.push(readValue(Thrift, input, ftype));
    input.readFieldEnd();
  }
  input.readStructEnd();
  return fields;
}

function readValue(Thrift: Npm['Thrift'], input: TProtocol, type: number): unknown {
  if (type === Thrift.Type.STRING) {
    return input.readString();
  }
  if (type === Thrift.Type.I32) {
    return input.readI32();
  }
  const { size } = input.readListBegin();
  const values = Array.from({ length: size }, () => input.readString());
  input.readListEnd();
  return values;
}

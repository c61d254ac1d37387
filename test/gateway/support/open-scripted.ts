import type { ServiceDefinition, StructCodec } from '@nestjs-thrift/codec';
import { type IncomingCall, ServerTransport } from '@nestjs-thrift/transport';
import { scriptedReply } from './scripted-replies.js';
import { dumpStruct } from './thrift-bytes.js';

/** A call as it arrived. */
export interface ReceivedCall {
  readonly method: string;
  /** The arguments, as {@link dumpStruct} shows them. */
  readonly args: Record<string, unknown>;
  readonly call: IncomingCall;
}

type Fields = Record<string, unknown>;

/** Values sent with a business status. */
const EMPTY = Buffer.from([0]);

/** Takes the arguments as they are, and writes results that no codec would write. */
const RAW: StructCodec<Fields> = {
  name: 'raw',
  writeBinary(value, out) {
    const bytes = (value['success'] as Buffer | undefined) ?? EMPTY;
    out.reserve(bytes.length);
    out.bytes.set(bytes, out.position);
    out.position += bytes.length;
  },
  readBinary(input) {
    const bytes = Buffer.from(input.bytes.subarray(input.position, input.end));
    input.position = input.end;
    return { bytes };
  },
  writeCompact: binaryAlone,
  readCompact: binaryAlone,
};

const GATEWAY =
  'Query PathId PathSub PathMe Files Body Multi Defaults Headers Raw Form Check WithBase Out Need Fails ' +
  'FailsCoded PutIt DeleteIt PatchIt HeadIt OptionsIt AnyIt Two';
const BARE = 'Str Num Items Scalar TwoArgs Nothing Fire';

/** A server of the scripted services. */
export interface ScriptedServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `gateway.thrift` and `bare.thrift`; answers by the field `which`. Tests have `serveScripted`, which ends it with them. */
export async function openScripted(
  received: (call: ReceivedCall) => void,
): Promise<ScriptedServer> {
  const services = [definition('Gateway', GATEWAY.split(' ')), definition('Bare', BARE.split(' '))];
  const server = new ServerTransport(
    services.map((service) => ({
      definition: service,
      handlers: Object.fromEntries(
        Object.keys(service.methods).map((method) => [
          method,
          ({ bytes }: Fields, call: IncomingCall) => {
            const args = dumpStruct(bytes as Buffer);
            received({ method, args, call });
            const which = whichOf(args);
            if (which === 'back') {
              call.setBackwardMetadata('x-quota', '7');
              call.setBackwardMetadata('X_TRACE', 't');
            } else if (which === 'backbreak') {
              call.setBackwardMetadata('x-quota', '7\r\nX-Evil: 1');
              call.setBackwardMetadata('x-evil: 1\r\nx', '1');
            }
            return scriptedReply(method, which);
          },
        ]),
      ),
    })),
    { host: '127.0.0.1', port: 0 },
  );
  await server.listen();
  return { address: server.address, close: () => server.close({ drainTimeoutMs: 0 }) };
}

function definition(name: string, methods: readonly string[]): ServiceDefinition {
  const base = { parameters: ['bytes'], exceptions: [], idempotent: false, annotations: {} };
  return {
    name,
    methods: Object.fromEntries(
      methods.map((method) => [
        method,
        method === 'Fire'
          ? { ...base, name: method, kind: 'oneway' as const, args: RAW }
          : {
              ...base,
              name: method,
              kind: 'unary' as const,
              returnsVoid: false,
              args: RAW,
              result: RAW,
            },
      ]),
    ),
  };
}

function whichOf(args: Record<string, unknown>): string {
  const request = args['1:struct'] as Record<string, unknown> | undefined;
  const which = request?.['1:string'];
  return typeof which === 'string' ? which : '';
}

function binaryAlone(): never {
  throw new Error('the test speaks Binary');
}

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ServerTransport } from '@nestjs-thrift/transport';
import { median } from '../statistics.js';

const run = promisify(execFile);
const IDL = 'struct User { 1: i64 id }\nservice Users { User Get(1: User user) }\n';

/** What the processes of the command line take from start to end, and Node alone. */
export interface CommandLineStart {
  readonly nodeMs: number;
  /** `nestjs-thrift --help`. */
  readonly helpMs: number;
  /** `nestjs-thrift call` of a method on loopback. */
  readonly callMs: number;
}

/** Starts each process in turns. */
export async function measureCommandLine(
  cli: string,
  folder: string,
  rounds: number,
): Promise<CommandLineStart> {
  const file = `${folder}/users.thrift`;
  writeFileSync(file, IDL);
  const definition = compileSchema(loadSchemaFromText(IDL)).service('Users');
  const handlers = { Get: ({ user }: Record<string, unknown>) => user };
  const server = new ServerTransport([{ definition, handlers }], { port: 0, host: '127.0.0.1' });
  await server.listen();
  try {
    const call = [cli, 'call', server.address, 'Get', '{"id": 1}', '--idl', file];
    const node: number[] = [];
    const help: number[] = [];
    const calls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      node.push(await wallMs(['-e', '0']));
      help.push(await wallMs([cli, '--help']));
      calls.push(await wallMs(call));
    }
    return { nodeMs: median(node), helpMs: median(help), callMs: median(calls) };
  } finally {
    await server.close({ drainTimeoutMs: 0 });
  }
}

async function wallMs(argv: readonly string[]): Promise<number> {
  const startMs = performance.now();
  await run(process.execPath, argv);
  return performance.now() - startMs;
}

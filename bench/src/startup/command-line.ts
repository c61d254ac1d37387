import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ServerTransport } from '@nestjs-thrift/transport';

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

/**
 * Starts each process in turns. The fastest of each counts, because whatever else a machine does only ever adds to a start.
 */
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
    // The transport that the first call finds is remembered there.
    const env = { ...process.env, XDG_CACHE_HOME: folder };
    const call = [cli, 'call', server.address, 'Get', '{"id": 1}', '--idl', file];
    const node: number[] = [];
    const help: number[] = [];
    const calls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      node.push(await wallMs(['-e', '0'], env));
      help.push(await wallMs([cli, '--help'], env));
      calls.push(await wallMs(call, env));
    }
    return { nodeMs: Math.min(...node), helpMs: Math.min(...help), callMs: Math.min(...calls) };
  } finally {
    await server.close({ drainTimeoutMs: 0 });
  }
}

async function wallMs(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startMs = performance.now();
  await run(process.execPath, argv, { env });
  return performance.now() - startMs;
}

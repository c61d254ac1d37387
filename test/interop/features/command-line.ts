import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '@nestjs-thrift/cli';
import { memoryIo } from '#test/memory-io.js';
import { differs } from '../ours/values.js';
import { startServer } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Results } from '../runner/results.js';

const IDL = path.resolve(import.meta.dirname, '../idl/interop.thrift');

/**
 * `nestjs-thrift call` finds out what a server answers, and leaves the server able to answer. It asks for an unknown method, so a server
 * that does not reply to these has to be called over a transport that is given.
 */
export async function runCommandLine(peer: BuiltPeer, results: Results): Promise<void> {
  for (const transport of peer.transports) {
    for (const protocol of peer.protocols) {
      const given = peer.closesOnUnknownMethod ? ['--transport', transport] : [];
      const combination = {
        peer: peer.name,
        direction: 'we call the peer',
        transport,
        protocol,
        feature: `command line, --transport ${given.length > 0 ? 'given' : 'auto'}`,
      } as const;
      // A server that takes all transports is called over the one that carries metadata.
      const preferred = peer.transports.includes('TTHeaderFramed') ? 'TTHeaderFramed' : transport;
      const expected = given.length > 0 ? transport : preferred;
      const name = given.length > 0 ? 'calls twice' : 'finds the transport twice';
      await results.attempt(combination, name, async () => {
        const [file, ...args] = peer.command(peer.folder);
        const options = [transport.toLowerCase(), protocol];
        const server = await startServer([file, ...args, 'server', '127.0.0.1:0', ...options]);
        const folder = mkdtempSync(path.join(tmpdir(), 'interop-'));
        try {
          const address = `127.0.0.1:${server.port}`;
          const found = [
            await called(address, given, {}),
            await called(address, given, { HOME: folder }),
          ];
          return differs(Array(2).fill([0, 7, expected, protocol]), found);
        } finally {
          rmSync(folder, { recursive: true });
          await server.stop();
        }
      });
    }
  }
}

/** Exit code, result, and the transport and protocol of a call. */
async function called(
  address: string,
  given: readonly string[],
  env: Record<string, string>,
): Promise<unknown[]> {
  const io = memoryIo('.', { env });
  const argv = ['call', address, 'Interop.baseAdd', 'a=3', 'b=4', '--idl', IDL, '--json'];
  const code = await run([...argv, ...given, '--connect-timeout', '10s'], io);
  const { result, transport, protocol } = JSON.parse(io.out() || '{}') as Record<string, unknown>;
  return [code, result, transport, protocol];
}

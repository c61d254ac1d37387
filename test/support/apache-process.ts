import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProtocolName } from '@nestjs-thrift/transport';
import { cleanUp } from './cleanup.js';

/** A server of npm thrift with generated code, in a separate process. */
export interface ApacheProcess {
  readonly child: ChildProcess;
  readonly address: string;
}

/**
 * Starts a server of the service Store that ends with the test.
 *
 * @param isGuarded whether it has a listener for errors, without which the bytes of another dialect end its process
 */
export async function startApacheProcess(
  transport: 'Framed' | 'Buffered',
  protocol: ProtocolName,
  isGuarded = false,
): Promise<ApacheProcess> {
  const code = `
    const thrift = require('thrift');
    const Store = require('./libs/apache/test/gen/node/Store');
    const add = (left, right, done) => done(null, left + right);
    const server = thrift.createServer(Store, { add }, {
      transport: thrift.T${transport}Transport,
      protocol: thrift.T${protocol === 'binary' ? 'Binary' : 'Compact'}Protocol,
    });
    ${isGuarded ? "server.on('error', () => undefined);" : ''}
    server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  cleanUp(() => child.kill('SIGKILL'));
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, address: `127.0.0.1:${port.toString()}` };
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the program `etcd` is there (Debian: etcd-server). */
export const etcdIsInstalled = spawnSync('etcd', ['--version']).status === 0;

/** What etcd logs once it is a cluster of its own and answers. */
const SERVES = /published local member to cluster/;

/** A real etcd on free ports with its data in a folder of its own. */
export class EtcdServer {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#process = child;
    this.#folder = folder;
  }

  static async start(): Promise<EtcdServer> {
    const folder = await mkdtemp(join(tmpdir(), 'etcd-'));
    const [url, peerUrl] = [await freeUrl(), await freeUrl()];
    const child = spawn(
      'etcd',
      [
        `--data-dir=${folder}`,
        '--name=test',
        `--listen-client-urls=${url}`,
        `--advertise-client-urls=${url}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=test=${peerUrl}`,
        '--logger=zap',
        // Short elections allow short leases.
        '--heartbeat-interval=20',
        '--election-timeout=200',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await new Promise<void>((started, failed) => {
      let log = '';
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        if (SERVES.test(log)) {
          started();
        }
      });
      child.once('exit', () => failed(new Error(`etcd ended: ${log.slice(-2_000)}`)));
    });
    return new EtcdServer(url, child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#process.once('exit', done));
    this.#process.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

async function freeUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((bound) => server.listen(0, '127.0.0.1', bound));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}
